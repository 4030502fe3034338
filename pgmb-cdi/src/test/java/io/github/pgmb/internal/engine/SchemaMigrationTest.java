package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.github.pgmb.test.postgres.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What a node does at start about the schema that it finds, and what it says about it. */
class SchemaMigrationTest {

    private static final String CURRENT = "0.2.0";

    private static final String INSTALLATION_LOCK = "pg_advisory_xact_lock(hashtextextended('pgmb.schema', 0))";

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final Received received = new Received();
    private LogLines lines;
    private TestNode node;

    @BeforeEach
    void emptyDatabase() throws Exception {
        sql("drop schema if exists pgmb cascade");
        lines = LogLines.of("io.github.pgmb");
    }

    @AfterEach
    void stopNode() {
        node.close();
        lines.close();
    }

    private static void sql(String statements) throws SQLException {
        try (var connection = DATABASE.connect()) {
            execute(connection, statements);
        }
    }

    private static void execute(Connection connection, String statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }

    private static String text(String query) throws SQLException {
        try (var connection = DATABASE.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static String version() throws SQLException {
        return text("select value from pgmb.config where id::text = 'plugin_version'");
    }

    private static String oldestScript() throws IOException {
        return Files.readString(Path.of("..", "sql", "test", "resources", "pgmb-0.1.0.sql"));
    }

    static String currentScript() throws IOException {
        try (var resource = SchemaMigrationTest.class.getResourceAsStream("/io/github/pgmb/sql/pgmb.sql")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** As an administrator does it. */
    static void install(TestDatabase database, String script) throws SQLException {
        try (var connection = database.connect()) {
            execute(connection, "do $install$ begin execute $script$" + script + "$script$; end $install$");
        }
    }

    private static void install(String script) throws SQLException {
        install(DATABASE, script);
    }

    private void start(SchemaMigration mode) {
        start(mode, DATABASE.dataSource());
    }

    private void start(SchemaMigration mode, DataSource dataSource) {
        node = new TestNode(dataSource)
                .with(settings(mode))
                .onTopic("a", "t", received)
                .start();
    }

    private static Settings settings(SchemaMigration mode) {
        var base = TestNode.settings();
        return new Settings(
                base.groupId(),
                base.pollEventsInterval(),
                base.readEventsInterval(),
                base.readChunkSize(),
                base.tableMaintenanceInterval(),
                base.lease(),
                base.handlerThreads(),
                base.drainTimeout(),
                mode);
    }

    private void awaitRunning() {
        await(() -> node.engine().status().phase() == Phase.RUNNING);
    }

    private void awaitProblem(String code, String... parts) {
        await(() -> node.engine().status().problem().orElse("").startsWith(code));
        assertThat(node.engine().status().problem().orElseThrow())
                .contains(parts)
                .hasLineCount(1);
        // Some more attempts.
        Received.pause(500);
        assertThat(node.engine().status().phase()).isEqualTo(Phase.STARTING);
        assertThat(lines.said()).filteredOn(line -> line.contains(code)).hasSize(1);
        assertThat(lines.said()).filteredOn(line -> line.contains("PGMB-0304")).isEmpty();
    }

    private void assertSaid(String origin) {
        assertThat(lines.said())
                .filteredOn(line -> line.startsWith("PGMB-0207"))
                .singleElement()
                .asString()
                .contains(origin);
    }

    private void assertDelivers() {
        node.publish("t", "1");
        received.awaitCount(1);
    }

    @Test
    void updateInstalls() throws Exception {
        start(SchemaMigration.UPDATE);
        awaitRunning();
        assertSaid("schema pgmb " + CURRENT + " (installed now)");
        assertThat(version()).isEqualTo(CURRENT);
        assertDelivers();
    }

    @Test
    void updateMigratesWithEverythingThatIsThere() throws Exception {
        install(oldestScript());
        sql("insert into pgmb.subscription_groups (id) values ('test:a');"
                + " insert into pgmb.subscriptions (group_id, conditions_sql, params) values"
                + " ('test:a', 'pgmb.topic_matches(s.params -> ''topics'', e.topic)', '{\"topics\": [\"t\"]}');"
                + " insert into pgmb.events (topic, payload) values ('t', '\"from before\"')");
        start(SchemaMigration.UPDATE);
        awaitRunning();
        assertSaid("schema pgmb " + CURRENT + " (migrated now from 0.1.0)");
        received.awaitCount(1);
        assertThat(received.payloads()).containsExactly("\"from before\"");
    }

    @ParameterizedTest
    @EnumSource
    void takesWhatIsThereAndLeavesItAlone(SchemaMigration mode) throws Exception {
        install(currentScript());
        // As another build of the same version has it.
        sql("comment on function pgmb.tick() is 'of another build'");
        start(mode);
        awaitRunning();
        assertSaid("schema pgmb " + CURRENT + " (found)");
        assertThat(text("select obj_description('pgmb.tick()'::regprocedure)")).isEqualTo("of another build");
        assertDelivers();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "VALIDATE"})
    void waitsForAnAdministratorToInstall(SchemaMigration mode) throws Exception {
        start(mode);
        awaitProblem("PGMB-0206", CURRENT, "pgmb.schema.migrate=update");
        assertThat(text("select to_regnamespace('pgmb')")).isNull();
        install(currentScript());
        awaitRunning();
        assertDelivers();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "VALIDATE"})
    void waitsForAnAdministratorToMigrate(SchemaMigration mode) throws Exception {
        install(oldestScript());
        start(mode);
        awaitProblem("PGMB-0208", "0.1.0", CURRENT, "sql/pgmb.sql", "pgmb.schema.migrate=update");
        assertThatThrownBy(() -> node.publish("t", "1"))
                .isInstanceOf(PgmbException.class)
                .hasMessageContainingAll("PGMB-0208", "0.1.0", CURRENT);
        assertThat(text("select count(*) from pgmb.events")).isEqualTo("0");
        assertThat(text("select count(*) from pgmb.nodes")).isEqualTo("0");
        assertThat(version()).isEqualTo("0.1.0");
        install(currentScript());
        awaitRunning();
        assertSaid("(found)");
        await(() -> node.engine().status().problem().isEmpty());
        assertDelivers();
    }

    private static void pretendNewer(String version, String oldestClient) throws Exception {
        install(currentScript());
        sql("update pgmb.config set value = '" + version + "' where id = 'plugin_version';"
                + " update pgmb.config set value = '" + oldestClient + "' where id = 'oldest_client';"
                + " comment on function pgmb.tick() is 'of a newer release'");
    }

    @ParameterizedTest
    @EnumSource
    void refusesASchemaThatIsTooNew(SchemaMigration mode) throws Exception {
        var version = "0.3.0";
        pretendNewer(version, version);
        start(mode);
        awaitProblem("PGMB-0209", version, CURRENT, "newer release");
        assertThatThrownBy(() -> node.publish("t", "1")).hasMessageContaining("PGMB-0209");
        assertThat(version()).isEqualTo(version);
        assertThat(text("select obj_description('pgmb.tick()'::regprocedure)")).isEqualTo("of a newer release");
    }

    @ParameterizedTest
    @EnumSource
    void worksWithANewerSchemaThatServesIt(SchemaMigration mode) throws Exception {
        pretendNewer("0.3.0", CURRENT);
        start(mode);
        awaitRunning();
        assertSaid("schema pgmb 0.3.0 (found)");
        assertDelivers();
        assertThat(version()).isEqualTo("0.3.0");
        assertThat(text("select obj_description('pgmb.tick()'::regprocedure)")).isEqualTo("of a newer release");
    }

    @ParameterizedTest
    @EnumSource
    void touchesNoSchemaOfSomethingElse(SchemaMigration mode) throws Exception {
        sql("create schema pgmb; create table pgmb.config (id text, value text);"
                + " insert into pgmb.config values ('plugin_version', '0.1.0');"
                + " create table pgmb.events (id serial, topic text, payload jsonb, metadata jsonb)");
        start(mode);
        awaitProblem("PGMB-0210", "belongs to something else");
        assertThatThrownBy(() -> node.publish("t", "1")).hasMessageContaining("PGMB-0210");
        assertThat(text("select count(*) from pgmb.events")).isEqualTo("0");
        assertThat(text("select count(*) from pg_class where relnamespace = 'pgmb'::regnamespace and relkind = 'r'"))
                .isEqualTo("2");
    }

    /** Of a role that may only connect. */
    private static PGSimpleDataSource stranger() throws SQLException {
        try (var superuser = DATABASE.superuser()) {
            execute(
                    superuser,
                    "do $$ begin create role stranger login password 'stranger';"
                            + " exception when duplicate_object then null; end $$");
            execute(superuser, "revoke create on database " + DATABASE.name() + " from stranger");
        }
        var stranger = new PGSimpleDataSource();
        stranger.setURL(DATABASE.jdbcUrl());
        stranger.setUser("stranger");
        stranger.setPassword("stranger");
        return stranger;
    }

    @Test
    void saysWhatToGrantForAnInstallation() throws Exception {
        start(SchemaMigration.UPDATE, stranger());
        var remedy = "grant create on database \"" + DATABASE.name() + "\" to \"stranger\"";
        awaitProblem("PGMB-0211", remedy, "permission denied for database");
        try (var superuser = DATABASE.superuser()) {
            execute(superuser, remedy);
            awaitRunning();
            assertDelivers();
            node.close();
            execute(superuser, "drop schema pgmb cascade");
        }
    }

    @Test
    void saysWhatToGrantForLooking() throws Exception {
        install(currentScript());
        start(SchemaMigration.VALIDATE, stranger());
        awaitProblem("PGMB-0211", "grant usage on schema pgmb to \"stranger\"", "permission denied for schema");
    }

    @Test
    void saysWhoMayMigrate() throws Exception {
        install(oldestScript());
        var stranger = stranger();
        sql("grant usage, create on schema pgmb to stranger; grant all on all tables in schema pgmb to stranger");
        start(SchemaMigration.UPDATE, stranger);
        awaitProblem("PGMB-0211", "must be owner of", "let the owner of the schema run sql/pgmb.sql");
        assertThat(version()).isEqualTo("0.1.0");
    }

    @Test
    void doesNotWaitForAnotherInstallationForEver() throws Exception {
        try (var other = DATABASE.connect()) {
            other.setAutoCommit(false);
            execute(other, "select " + INSTALLATION_LOCK);
            start(SchemaMigration.UPDATE);
            awaitProblem("PGMB-0212", "tried again");
        }
        awaitRunning();
        assertSaid("(installed now)");
    }

    @Test
    void migratesWhenNobodyUsesTheTablesAnyMore() throws Exception {
        install(oldestScript());
        try (var other = DATABASE.connect()) {
            other.setAutoCommit(false);
            execute(other, "select * from pgmb.config");
            start(SchemaMigration.UPDATE);
            awaitProblem("PGMB-0212", "tried again");
            assertThat(version()).isEqualTo("0.1.0");
        }
        awaitRunning();
        assertSaid("(migrated now from 0.1.0)");
    }

    @Test
    void saysThatThereIsNoMigration() throws Exception {
        install(oldestScript());
        sql("update pgmb.config set value = '0.0.9' where id = 'plugin_version'");
        start(SchemaMigration.UPDATE);
        awaitProblem("PGMB-0213", "0.0.9", CURRENT);
    }

    @Test
    void installsAfterItsConnectionWasKilledHalfway() throws Exception {
        try (var superuser = DATABASE.superuser()) {
            superuser.setAutoCommit(false);
            // Every function of the script has a comment.
            execute(superuser, "lock table pg_catalog.pg_description in share row exclusive mode");
            start(SchemaMigration.UPDATE);
            await(SchemaMigrationTest::killedHalfway);
        }
        awaitRunning();
        assertSaid("(installed now)");
        assertDelivers();
    }

    private static boolean killedHalfway() {
        try {
            return text("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                            + " where datname = current_database() and query like 'do $pgmb_install$%' and wait_event_type = 'Lock'")
                    .equals("1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
