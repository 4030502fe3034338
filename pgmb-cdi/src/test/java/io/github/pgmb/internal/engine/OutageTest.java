package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.PostgresServer;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL is killed under load and comes back: nothing is lost, nobody has to restart anything. */
class OutageTest {

    private final Received received = new Received();
    private final List<String> published = new CopyOnWriteArrayList<>();
    private final AtomicBoolean publishing = new AtomicBoolean(true);

    @Test
    void losesNothingAndLogsEachOutageOnce() throws Exception {
        var lines = LogLines.of("io.github.pgmb");
        try (lines;
                var server = PostgresServer.builder().start();
                var node = new TestNode(dataSource(server))
                        .onTopic("a", "t", received)
                        .start()) {
            await(() -> node.engine().status().groups().stream().allMatch(GroupStatus::ownedHere));
            var publisher = new Thread(() -> publish(node));
            publisher.start();
            Received.pause(500);
            server.kill();
            Received.pause(1500);
            assertThat(node.engine().status().problem()).isPresent();
            assertThat(node.engine().status().loopsAlive()).isTrue();
            server.restart();
            var before = published.size();
            await(() -> published.size() > before + 20);
            publishing.set(false);
            publisher.join();
            await(() -> received.ids().containsAll(published));
            assertThat(node.engine().status().problem()).isEmpty();
        }
        assertThat(lines.said().stream().filter(line -> line.contains("PGMB-0205")))
                .hasSize(1);
        assertThat(lines.said().stream().filter(line -> line.contains("PGMB-0401")))
                .isEmpty();
        assertThat(lines.said().stream().filter(line -> line.contains("PGMB-0305")))
                .hasSize(1);
    }

    /** What the handler throws need not say that it is one. */
    @ParameterizedTest
    @EnumSource
    void countsAsNoAttempt(Acknowledging acknowledging) throws Exception {
        var inHandler = new CountDownLatch(1);
        var killed = new CountDownLatch(1);
        try (var lines = LogLines.of("io.github.pgmb");
                var server = PostgresServer.builder().start()) {
            try (var node = new TestNode(dataSource(server))) {
                node.handler(TestHandlers.onTopic("t", Unit.EVENT, acknowledging, after(), events -> {
                            inHandler.countDown();
                            assertThat(killed.await(10, TimeUnit.SECONDS)).isTrue();
                            try {
                                node.execute("select 1");
                            } catch (SQLException e) {
                                throw new IllegalStateException("cannot flush");
                            }
                            received.handle(events);
                        }))
                        .owning();
                node.publish("t", "1");
                assertThat(inHandler.await(10, TimeUnit.SECONDS)).isTrue();
                server.kill();
                killed.countDown();
                Received.pause(1000);
                server.restart();
                received.awaitCount(1);
            }
            assertThat(lines.said()).noneMatch(line -> line.contains("PGMB-0409") || line.contains("PGMB-0401"));
        }
    }

    @Test
    void installsTheSchemaAfterItWasKilledInTheMiddleOfThat() throws Exception {
        var lines = LogLines.of("io.github.pgmb");
        try (lines;
                var server = PostgresServer.builder().withoutFsync().start();
                var node = new TestNode(dataSource(server)).onTopic("a", "t", received);
                var other = dataSource(server).getConnection();
                var lock = other.createStatement();
                var watcher = dataSource(server).getConnection();
                var look = watcher.createStatement()) {
            other.setAutoCommit(false);
            // Every function of the script has a comment.
            lock.execute("lock table pg_catalog.pg_description in share row exclusive mode");
            node.start();
            await(() -> isBlocked(look));
            server.kill();
            server.restart();
            await(() -> node.engine().status().groups().stream().allMatch(GroupStatus::ownedHere));
            node.publish("t", "1");
            received.awaitCount(1);
        }
        assertThat(lines.said())
                .filteredOn(line -> line.startsWith("PGMB-0207"))
                .singleElement()
                .asString()
                .contains("(installed now)");
    }

    private static boolean isBlocked(Statement look) {
        try (var row = look.executeQuery("select count(*) from pg_stat_activity"
                + " where query like 'do $pgmb_install$%' and wait_event_type = 'Lock'")) {
            row.next();
            return row.getInt(1) == 1;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static PGSimpleDataSource dataSource(PostgresServer server) {
        var dataSource = new PGSimpleDataSource();
        dataSource.setURL(server.jdbcUrl("postgres", PostgresServer.SUPERUSER));
        return dataSource;
    }

    private void publish(TestNode node) {
        while (publishing.get()) {
            try {
                published.addAll(node.publish("t", "1", "2"));
            } catch (PgmbException e) {
                assertThat(e.getCause()).isInstanceOf(SQLException.class);
                Received.pause(50);
            }
        }
    }
}
