package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From each released version to this one, and what keeps versions from spoiling each other. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
class MigrationTest {
    private static final Path RELEASED = Path.of("test", "resources");
    private static final String LAST_STATEMENT = "call pgmb.maintain_events_table();";

    private static PlainServer server;
    private static List<String> fresh;

    @Parameter
    private String release;

    private Pgmb owner;

    @BeforeParameterizedClassInvocation
    static void startServer(String release) throws SQLException {
        server = new PlainServer(release);
        try (Pgmb owner = server.owner()) {
            owner.install();
            fresh = Catalogue.of(owner);
        }
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void removeWhatTheLastTestInstalled() throws SQLException {
        owner = server.owner();
        owner.run("drop schema if exists pgmb cascade");
        assertThat(owner.text("show server_version")).startsWith(release + ".");
    }

    @AfterEach
    void disconnect() throws SQLException {
        owner.close();
    }

    /** The scripts of all released versions, oldest first. */
    static List<Path> released() throws IOException {
        try (Stream<Path> files = Files.list(RELEASED)) {
            return files.filter(file -> file.getFileName().toString().matches("pgmb-[\\d.]+\\.sql"))
                    .sorted()
                    .toList();
        }
    }

    private static String versionOf(Path script) {
        return script.getFileName().toString().replaceAll("^pgmb-|\\.sql$", "");
    }

    private String version() throws SQLException {
        return owner.text("select pgmb.get_config_value('plugin_version')");
    }

    private static String oldest() throws IOException {
        return Files.readString(released().get(0));
    }

    @ParameterizedTest
    @MethodSource("released")
    void aMigratedSchemaIsThatOfAFreshInstallation(Path script) throws Exception {
        assertThat(fresh).hasSizeGreaterThan(150);
        owner.install(Files.readString(script));
        assertThat(version()).isEqualTo(versionOf(script));
        owner.install();
        assertThat(Catalogue.differences(fresh, Catalogue.of(owner)))
                .as("a change of the sources needs a new version with a migration, see sql/README.md")
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("released")
    void aReleasedScriptIsNeverChanged(Path script) throws Exception {
        owner.install();
        if (versionOf(script).equals(version())) {
            assertThat(Pgmb.script())
                    .as("this version is released; give a changed schema a new one, with a migration")
                    .isEqualTo(Files.readString(script));
        }
        assertThat(Files.readString(script)).contains("'" + versionOf(script) + "'");
    }

    @ParameterizedTest
    @MethodSource("released")
    void psqlMigrates(Path script) throws Exception {
        assumeThat(PlainServer.hasPsql()).isTrue();
        assertThat(server.psql(script)).isZero();
        assertThat(server.psql(Path.of("pgmb.sql"))).isZero();
        assertThat(server.psql(Path.of("pgmb.sql"))).isZero();
        assertThat(Catalogue.differences(fresh, Catalogue.of(owner))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("released")
    void dataAndSettingsAndPositionsStay(Path script) throws Exception {
        owner.install(Files.readString(script));
        owner.subscribeToTopics("by topic", "a");
        owner.subscribe("by condition", "e.payload @> '{\"n\": 1}'");
        Pgmb.Ownership owned = owner.own("node", "reader");
        owner.publishNumbered("a", 3);
        owner.dispatch();
        assertThat(owner.advance("node", owned, 0, 2)).isTrue();
        owner.publish("late");
        owner.publishNumbered("a", 1);
        owner.configure("partition_retention_period", "3 days");
        String everything = everyRow();
        List<String> before = owner.column(everything);

        owner.install();
        assertThat(owner.column(everything)).isEqualTo(before);
        assertThat(owner.text("select pgmb.get_config_value('partition_retention_period')"))
                .isEqualTo("3 days");
        assertThat(owner.position("reader")).isEqualTo(2);
        owner.dispatch();
        assertThat(owner.received("reader")).containsExactly("a", "a", "a", "late", "a");
        assertThat(owner.received("by topic")).hasSize(4);
        assertThat(owner.received("by condition")).hasSize(2);
        assertThat(owner.read("node", owned, 2, 10))
                .extracting(Pgmb.Event::topic)
                .containsExactly("a", "late", "a");
        owner.maintain(owner.text("select now() + interval '1 day'"));
    }

    /** They were not asked whether they may be evaluated together; a text may name what is not there any more. */
    @ParameterizedTest
    @MethodSource("released")
    void conditionsAreLookedAtOnceMore(Path script) throws Exception {
        owner.install(Files.readString(script));
        owner.run("create function public.gone() returns boolean language sql immutable as 'select true'");
        owner.subscribe("own", "e.topic = 'a'");
        owner.subscribe("gone", "public.gone()");
        owner.run("drop function public.gone cascade");
        owner.install();
        assertThat(owner.rows("select text, joint from pgmb.conditions order by no"))
                .containsExactly(List.of("e.topic = 'a'", "t"), List.of("public.gone()", "f"));
        owner.publish("a");
        owner.dispatch();
        assertThat(owner.received("own")).containsExactly("a");
    }

    /** What selects every row of the tables that stay, with the columns that there are by now. */
    private String everyRow() throws SQLException {
        return String.join(
                        " union all ",
                        owner.column("select format('select %L || row(%s)::text from only %s t', c.oid::regclass, ("
                                + "select string_agg(quote_ident(a.attname), ', ' order by a.attnum) from pg_attribute a"
                                + " where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), c.oid::regclass) from pg_class c"
                                + " where c.relnamespace = 'pgmb'::regnamespace and c.relkind = 'r'"
                                // Settings change, and this table was given up.
                                + " and c.relname not in ('config', 'match_failures')"))
                + " order by 1";
    }

    @ParameterizedTest
    @MethodSource("released")
    void whatWasGrantedStaysGranted(Path script) throws Exception {
        owner.install(Files.readString(script));
        try (Pgmb superuser = server.superuser()) {
            superuser.run(
                    "do $$ begin create role \"an application\"; exception when duplicate_object then null; end $$");
        }
        owner.run(
                "grant execute on function pgmb.get_config_value to \"an application\" with grant option;"
                        + " grant execute on function pgmb.tick to \"an application\"; grant select on pgmb.config to \"an application\"");
        List<String> before = granted();
        assertThat(before).hasSize(3);
        owner.install();
        owner.install();
        assertThat(granted()).isEqualTo(before);
    }

    private List<String> granted() throws SQLException {
        return owner.column(
                "select p.proname || a.privilege_type || a.is_grantable from pg_proc p"
                        + " cross join lateral aclexplode(p.proacl) a where a.grantee::regrole::text = '\"an application\"'"
                        + " union all select c.relname || a.privilege_type || a.is_grantable from pg_class c"
                        + " cross join lateral aclexplode(c.relacl) a where a.grantee::regrole::text = '\"an application\"' order by 1");
    }

    @ParameterizedTest
    @MethodSource("released")
    void anOlderScriptChangesNothing(Path script) throws Exception {
        assumeThat(Files.readString(script)).isNotEqualTo(Pgmb.script());
        owner.install();
        List<String> before = Catalogue.of(owner);
        assertThatThrownBy(() -> owner.install(Files.readString(script))).isInstanceOf(SQLException.class);
        assertThat(Catalogue.of(owner)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.2.1", "0.10.0", "1.0.0"})
    void aNewerSchemaIsRefused(String newer) throws SQLException {
        owner.install();
        owner.configure("plugin_version", newer);
        owner.run("drop function pgmb.withdraw_handler");
        List<String> before = Catalogue.of(owner);
        assertRefused("PM006", Pgmb.script(), newer);
        assertThat(Catalogue.of(owner)).isEqualTo(before);
    }

    @Test
    void psqlStopsAtANewerSchema() throws Exception {
        assumeThat(PlainServer.hasPsql()).isTrue();
        owner.install();
        owner.configure("plugin_version", "1.0.0");
        List<String> before = Catalogue.of(owner);
        assertThat(server.psql(Path.of("pgmb.sql"))).isNotZero();
        assertThat(Catalogue.of(owner)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table pgmb.events (id text)",
                "create function pgmb.f() returns int language sql as 'select 1'",
                "create table pgmb.config (id text, value text); insert into pgmb.config values ('plugin_version', '0.1.0')",
                "create table pgmb.config (x int); create table pgmb.dispatcher (x int)",
            })
    void aSchemaOfSomethingElseIsNotTouched(String content) throws SQLException {
        owner.run("create schema pgmb; " + content);
        List<String> before = objects();
        assertThatThrownBy(() -> owner.install()).isInstanceOf(SQLException.class);
        assertThat(objects()).isEqualTo(before);
    }

    private List<String> objects() throws SQLException {
        return owner.column("select pg_describe_object(classid, objid, objsubid) from pg_depend"
                + " where refclassid = 'pg_namespace'::regclass and refobjid = 'pgmb'::regnamespace order by 1");
    }

    @Test
    void aSchemaThatAnAdministratorMadeIsUsed() throws SQLException {
        try (Pgmb superuser = server.superuser()) {
            superuser.run("alter database app owner to postgres; create schema pgmb authorization installer");
            try {
                owner.install();
                owner.install();
                assertThat(version()).isNotNull();
            } finally {
                superuser.run("alter database app owner to installer");
            }
        }
    }

    @Test
    void nodesThatCouldNotWorkWithItAreNotCutOff() throws Exception {
        String incompatible = Pgmb.script().replaceFirst("oldest_client = '[\\d.]+'", "oldest_client = '0.2.0'");
        owner.install(oldest());
        List<String> before = Catalogue.of(owner);
        owner.register("old node", 800);
        assertRefused("PM007", incompatible, "old node");
        assertThat(Catalogue.of(owner)).isEqualTo(before);
        Thread.sleep(900);
        owner.install(incompatible);
        owner.register("new node");
        owner.install(incompatible);
    }

    @Test
    void aVersionThatNoMigrationLeadsOnFromIsLeftAlone() throws Exception {
        owner.install(oldest());
        owner.configure("plugin_version", "0.0.9");
        assertRefused("PM008", Pgmb.script(), "0.0.9");
        assertThat(version()).isEqualTo("0.0.9");
    }

    @Test
    void waitsForTablesOnlyShortly() throws Exception {
        owner.install(oldest());
        try (Pgmb busy = server.owner()) {
            busy.begin();
            busy.rows("select * from pgmb.config");
            long before = System.nanoTime();
            assertRefused("55P03", Pgmb.script(), "lock timeout");
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before))
                    .isLessThan(4000);
        }
        assertThat(version()).isEqualTo("0.1.0");
        owner.install();
    }

    private void assertRefused(String sqlState, String script, String part) {
        assertThatThrownBy(() -> owner.install(script))
                .hasMessageContaining(part)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void severalAtOnceDoItOnce(boolean migration) throws Exception {
        if (migration) {
            owner.install(oldest());
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Callable<Object>> installations = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            installations.add(() -> {
                try (Pgmb session = server.owner()) {
                    session.install();
                }
                return "done";
            });
        }
        for (Future<Object> installation : threads.invokeAll(installations)) {
            installation.get();
        }
        threads.shutdown();
        assertThat(Catalogue.differences(fresh, Catalogue.of(owner))).isEmpty();
        assertThat(owner.number("select count(*) from pgmb.ticks")).isEqualTo(1);
    }

    @Test
    void publishersAndTicksGoOnMeanwhile() throws Exception {
        owner.install(oldest());
        owner.subscribe("group", Pgmb.ALL);
        AtomicBoolean migrated = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        Future<Integer> published = threads.submit(() -> untilThen(migrated, session -> session.publish("a")));
        Future<Integer> ticks = threads.submit(() -> untilThen(migrated, Pgmb::tick));
        try {
            Thread.sleep(200);
            owner.install();
            Thread.sleep(200);
        } finally {
            migrated.set(true);
            threads.shutdown();
        }
        int all = published.get();
        assertThat(ticks.get()).isPositive();
        owner.dispatch();
        assertThat(owner.received("group")).hasSize(all);
    }

    private interface Work {
        void once(Pgmb session) throws SQLException;
    }

    /** How often. */
    private static int untilThen(AtomicBoolean end, Work work) throws SQLException {
        int count = 0;
        try (Pgmb session = server.owner()) {
            for (; !end.get(); count++) {
                work.once(session);
            }
        }
        return count;
    }

    private enum Interruption {
        CONNECTION_KILLED("57P01"),
        STATEMENT_TIMEOUT("57014"),
        SERVER_KILLED("08006");

        private final String sqlState;

        Interruption(String sqlState) {
            this.sqlState = sqlState;
        }
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void anInterruptionLeavesNothing(Interruption interruption, boolean migration) throws Exception {
        List<String> before = List.of();
        if (migration) {
            owner.install(oldest());
            before = Catalogue.of(owner);
        }
        interrupt(interruption);
        owner.close();
        owner = server.owner();
        if (migration) {
            assertThat(Catalogue.of(owner)).isEqualTo(before);
        } else {
            assertThat(owner.text("select to_regnamespace('pgmb')")).isNull();
        }
        owner.install();
        assertThat(Catalogue.differences(fresh, Catalogue.of(owner))).isEmpty();
    }

    static List<Object[]> interruptions() {
        return Stream.of(Interruption.values())
                .flatMap(interruption ->
                        Stream.of(new Object[] {interruption, false}, new Object[] {interruption, true}))
                .toList();
    }

    /** Everything but the last statement has been done by then; by a timeout less, perhaps. */
    private void interrupt(Interruption interruption) throws Exception {
        String endless = Pgmb.script().replace(LAST_STATEMENT, "select pg_sleep(600);");
        assertThat(endless).contains("pg_sleep");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Pgmb victim = server.owner();
                Pgmb superuser = server.superuser()) {
            int pid = victim.backendPid();
            victim.run("set statement_timeout = " + (interruption == Interruption.STATEMENT_TIMEOUT ? 300 : 0));
            Future<?> installation = thread.submit(() -> {
                victim.install(endless);
                return "done";
            });
            switch (interruption) {
                case STATEMENT_TIMEOUT -> {}
                case CONNECTION_KILLED -> {
                    superuser.awaitAsleep(pid);
                    superuser.run("select pg_terminate_backend(?)", pid);
                }
                case SERVER_KILLED -> {
                    superuser.awaitAsleep(pid);
                    server.crash();
                }
            }
            assertThatThrownBy(installation::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(interruption.sqlState));
        } finally {
            thread.shutdown();
        }
    }
}
