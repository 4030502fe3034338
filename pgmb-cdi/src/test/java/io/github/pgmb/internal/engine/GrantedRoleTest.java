package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** Nodes whose role does not own the schema, and was granted what it needs. */
class GrantedRoleTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final Received received = new Received();
    private LogLines lines;
    private TestNode node;

    @BeforeEach
    void installAsTheOwner() throws Exception {
        try (var owner = DATABASE.connect()) {
            execute(owner, "drop schema if exists pgmb cascade");
        }
        SchemaMigrationTest.install(DATABASE, SchemaMigrationTest.currentScript());
        try (var superuser = DATABASE.superuser()) {
            execute(superuser, "drop role if exists granted; create role granted login password 'granted'");
        }
        lines = LogLines.of("io.github.pgmb");
    }

    @AfterEach
    void stopNode() throws SQLException {
        node.close();
        lines.close();
        try (var superuser = DATABASE.superuser()) {
            execute(superuser, "drop owned by granted; drop role granted");
        }
    }

    private static void execute(Connection connection, String statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    private static void grant(String function) throws SQLException {
        try (var owner = DATABASE.connect()) {
            execute(owner, "select pgmb." + function + "('granted')");
        }
    }

    private static PGSimpleDataSource granted() {
        var granted = new PGSimpleDataSource();
        granted.setURL(DATABASE.jdbcUrl());
        granted.setUser("granted");
        granted.setPassword("granted");
        return granted;
    }

    @Test
    void aConsumerThatPublishesIsANode() throws Exception {
        grant("grant_publish");
        grant("grant_consume");
        node = new TestNode(granted())
                .with(withMaintenance())
                .onTopic("a", "t", received)
                .start();
        await(() -> node.engine().status().phase() == Phase.RUNNING);
        node.publish("t", "1");
        received.awaitCount(1);
        await(() -> node.engine().status().groups().stream().allMatch(group -> group.position() == 1));
        Received.pause(500);
        assertThat(node.engine().status().problem()).isEmpty();
        assertThat(node.engine().status().maintenance()).isEmpty();
        assertThat(lines.said()).noneMatch(line -> line.contains("permission denied"));
    }

    private static Settings withMaintenance() {
        var base = TestNode.settings();
        return new Settings(
                base.groupId(),
                base.pollEventsInterval(),
                base.readEventsInterval(),
                base.readChunkSize(),
                Duration.ofMillis(100),
                base.lease(),
                base.handlerThreads(),
                base.drainTimeout(),
                base.schemaMigration());
    }

    @Test
    void aPublisherPublishes() throws Exception {
        grant("grant_publish");
        node = new TestNode(granted()).connected();
        node.publish("t", "1");
        try (var owner = DATABASE.connect();
                var statement = owner.createStatement();
                var row = statement.executeQuery("select count(*) from pgmb.events")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void aConsumerDoesNotPublish() throws Exception {
        grant("grant_consume");
        node = new TestNode(granted()).connected();
        assertThatThrownBy(() -> node.publish("t", "1"))
                .isInstanceOf(PgmbException.class)
                .hasStackTraceContaining("permission denied");
    }
}
