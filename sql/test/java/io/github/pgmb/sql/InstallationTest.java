package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script on the oldest and the newest release, by a role that owns the database and may do nothing else. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
class InstallationTest {
    private static final Path SCRIPT = Path.of("pgmb.sql");

    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb owner;

    @BeforeParameterizedClassInvocation
    static void startServer(String release) throws SQLException {
        server = new PlainServer(release);
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void removeWhatTheLastTestInstalled() throws SQLException {
        owner = server.owner();
        owner.run("drop schema if exists pgmb cascade");
    }

    @AfterEach
    void disconnect() throws SQLException {
        owner.close();
    }

    @Test
    void givesABrokerThatWorks() throws SQLException {
        assertThat(owner.text("show server_version")).startsWith(release + ".");
        owner.install();
        deliversAnEvent();
    }

    @Test
    void aSecondRunChangesNothing() throws SQLException {
        owner.install();
        Pgmb.Ownership owned = owner.own("a", "group");
        owner.publish("a");
        owner.publish("b");
        owner.dispatch();
        owner.advance("a", owned, 0, 1);
        owner.configure("partition_retention_period", "3 days");
        // As the script does at its end.
        owner.run("select pgmb.clean_up(now())");
        List<String> before = contents();
        owner.install();
        assertThat(contents()).containsExactlyElementsOf(before);
        assertThat(owner.read("a", owned, 1, 10)).extracting(Pgmb.Event::topic).containsExactly("b");
    }

    @Test
    void droppingTheSchemaLeavesNothing() throws SQLException {
        List<String> before = objectsOutside();
        owner.install();
        owner.subscribe("group", "e.topic = 'a'");
        owner.run("drop schema pgmb cascade");
        assertThat(objectsOutside()).isEqualTo(before);
        assertThat(owner.text("select to_regnamespace('pgmb')")).isNull();
    }

    @Test
    void droppingTheSchemaLeavesPushedTablesAsTheyWere() throws SQLException {
        owner.install();
        owner.run("create table public.pushed (x int); select pgmb.push_table_mutations('public.pushed')");
        owner.run("drop schema pgmb cascade");
        owner.run("insert into public.pushed values (1); drop table public.pushed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "default_transaction_isolation = 'repeatable read'",
                "default_transaction_isolation = 'serializable'",
                "timezone = 'Asia/Tokyo'",
                "timezone = 'Asia/Kolkata'",
                "standard_conforming_strings = off",
                "search_path = pg_catalog",
                "search_path = ''",
                "intervalstyle = 'iso_8601'",
                "datestyle = 'ISO, DMY'",
                "bytea_output = 'escape'",
                "check_function_bodies = off",
                "quote_all_identifiers = on",
                "extra_float_digits = -3",
            })
    void worksWhateverTheSessionHasSet(String setting) throws SQLException {
        owner.run("set " + setting);
        owner.install();
        deliversAnEvent();
        owner.install();
        owner.maintain(owner.text("select now() + interval '1 day'"));
        deliversAnEvent();
        assertThat(owner.column("select pgmb.extract_date_from_event_id(upper_bound) at time zone 'UTC' ="
                        + " date_trunc('day', pgmb.extract_date_from_event_id(upper_bound) at time zone 'UTC')"
                        + " from pgmb.partitions('pgmb.events') where upper_bound is not null"))
                .containsOnly("t");
    }

    @Test
    void runsInPsqlAsOneTransaction() throws Exception {
        assumeThat(PlainServer.hasPsql()).isTrue();
        assertThat(server.psql(SCRIPT)).isZero();
        deliversAnEvent();
        assertThat(server.psql(SCRIPT)).isZero();
        deliversAnEvent();
    }

    @Test
    void neitherNeedsNorTouchesASchemaOfTheSameTables() throws SQLException {
        owner.run("create table public.events (x int); create table public.config (x int);"
                + " create table public.subscriptions (x int); insert into public.events values (1)");
        owner.install();
        deliversAnEvent();
        assertThat(owner.column("select x from public.events")).containsExactly("1");
        owner.run("drop table public.events, public.config, public.subscriptions");
    }

    private void deliversAnEvent() throws SQLException {
        owner.subscribeToTopics("by topic", "a");
        owner.subscribe("by condition", "e.payload @> '{\"a\": 1}'");
        int before = owner.received("by topic").size();
        owner.publish("a", "{\"a\": 1}");
        owner.dispatch();
        assertThat(owner.received("by topic")).hasSize(before + 1);
        assertThat(owner.received("by condition")).hasSize(before + 1);
    }

    /** Every row of every table, and every definition. */
    private List<String> contents() throws SQLException {
        List<String> queries =
                owner.column("select format('select %L || t::text from %s t', c.oid::regclass, c.oid::regclass)"
                        + " from pg_class c where c.relnamespace = 'pgmb'::regnamespace and c.relkind = 'r'"
                        + " union all select format('select %L || last_value from %s', c.oid::regclass, c.oid::regclass)"
                        + " from pg_class c where c.relnamespace = 'pgmb'::regnamespace and c.relkind = 'S'"
                        // That of functions that other functions' definitions contain their bodies: the text has
                        // everything.
                        + " union all select 'select pg_get_functiondef(oid) || coalesce(proacl::text, '''') from pg_proc"
                        + " where pronamespace = ''pgmb''::regnamespace'"
                        + " union all select 'select pg_get_viewdef(''pgmb.group_status'')'"
                        + " union all select 'select objoid || description from pg_description where objoid >= 16384'"
                        + " union all select 'select pg_get_indexdef(indexrelid) from pg_index where indexrelid >= 16384'"
                        + " union all select 'select conrelid::regclass || pg_get_constraintdef(oid) from pg_constraint where oid >= 16384'"
                        + " union all select 'select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal'"
                        + " union all select 'select attrelid::regclass || attname || atttypid || attnotnull from pg_attribute"
                        + " where attrelid >= 16384 and attnum > 0'");
        return owner.column(String.join(" union all ", queries) + " order by 1");
    }

    private List<String> objectsOutside() throws SQLException {
        return owner.column(
                "select c.oid::regclass::text from pg_class c where c.relnamespace <> 'pg_toast'::regnamespace"
                        + " union all select p.oid::regprocedure::text from pg_proc p"
                        + " union all select nspname from pg_namespace union all select rolname from pg_roles"
                        + " union all select typname from pg_type union all select extname from pg_extension order by 1");
    }
}
