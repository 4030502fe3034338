package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that want more than to be a condition are refused, and nothing of them is executed. */
class HostileConditionsTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
        pgmb.run("create table if not exists public.effects (what text);"
                + " create or replace function public.write_volatile() returns boolean language sql volatile"
                + " as 'insert into public.effects values (''written'') returning true';"
                + " create or replace function public.disguised() returns boolean language plpgsql stable"
                + " as 'begin return public.write_volatile(); end';"
                + " create or replace function public.unlocks() returns boolean language plpgsql stable"
                + " as 'begin perform set_config(''transaction_read_only'', ''off'', true);"
                + " return public.write_volatile(); end';"
                + " create or replace aggregate public.writing(boolean) (sfunc = booland_statefunc, stype = boolean);");
    }

    static Stream<String> unbalanced() {
        return Stream.of(
                "",
                " ",
                "true)",
                "(true",
                "true) or (true",
                "true]",
                "true], array[true",
                "true])[1] or (array[true",
                "'",
                "\"",
                "'a' = 'a",
                "$$",
                "$a$ $b$",
                "/*",
                "/* /* */ true",
                "*/ true",
                "-- true",
                "true;",
                "true; insert into public.effects values ('x')",
                "true); insert into public.effects values ('x'); select (1::bigint",
                "true\n); insert into public.effects values ('x'); --",
                "true as matches from pgmb.events) c; drop table public.effects; --",
                "true) as matches from (select 1) e, (select 1) s --",
                "$function$; drop table public.effects; $function$",
                "$create$ true",
                "true\nend; drop table public.effects; begin atomic select true",
                "true, true",
                "true union select true",
                "true limit 1",
                "select true",
                "*",
                "e.*",
                "U&'\\0027' uescape");
    }

    static Stream<String> foreignNames() {
        return Stream.of(
                "$1 is null",
                "$1::text = 'x'",
                "w.topic = 'a'",
                "r.no = 1",
                "c.matches",
                "previous is not null",
                "current is not null",
                "after_seq = 0",
                "condition_1.after_seq = 0",
                "conditions_sql = ''",
                "subscription_no = 1",
                "seq > 0",
                "e.seq > 0",
                "e.xact_id is not null",
                "e.subscription_id is null",
                "s.no = 1",
                "ctid is not null",
                "public.absent()");
    }

    static Stream<String> tooMuch() {
        return Stream.of(
                "exists (select from pg_class)",
                "(select true)",
                "e.topic in (select relname from pg_class)",
                "array(select true) is not null",
                "(with x as (delete from public.effects returning true) select true from x)",
                "random() > 0.5",
                "clock_timestamp() is not null",
                "pg_sleep(1) is null",
                "pg_notify('a', 'b') is null",
                "nextval('pgmb.event_seq') > 0",
                "set_config('search_path', 'public', false) = 'public'",
                "public.write_volatile()",
                "coalesce(public.write_volatile(), true)",
                "case when true then public.write_volatile() end",
                "generate_series(1, 1000000000) = 1",
                "unnest(array[true])",
                "regexp_matches(e.topic, 'a') is not null",
                "jsonb_array_elements(e.payload) is not null",
                "count(*) > 0",
                "bool_and(true)",
                "public.writing(true)",
                "row_number() over () = 1",
                "repeat('x', 1000000000) = ''",
                "lpad('x', 1000000000) = ''",
                "array_fill(1, array[1000000000]) is null",
                "format('%1000000000s', 'x') = ''",
                "query_to_xml('select 1', true, true, '') is null",
                "table_to_xml('pg_class', true, true, '') is null",
                "database_to_xml(true, true, '') is null",
                "pg_read_file('/etc/passwd') = ''",
                "pg_ls_dir('/') = ''",
                "pg_terminate_backend(1)",
                "pg_advisory_lock(1) is null",
                "lo_create(0) > 0",
                "e.topic",
                "1",
                "null::int");
    }

    @ParameterizedTest
    @MethodSource({"unbalanced", "foreignNames", "tooMuch"})
    void isRefusedWithoutEffect(String condition) throws SQLException {
        List<String> before = everything();
        assertThat(refusal(condition)).as(condition).isEqualTo("PM002");
        assertThat(everything()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"public.disguised()", "public.unlocks()"})
    void aFunctionThatClaimsToBeStableCannotWrite(String condition) throws SQLException {
        pgmb.reinstall();
        pgmb.subscribe("hostile", condition);
        pgmb.subscribe("friendly", Pgmb.ALL);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.column("select what from public.effects")).isEmpty();
        assertThat(pgmb.received("hostile")).isEmpty();
        assertThat(pgmb.received("friendly")).containsExactly("a");
        assertThat(pgmb.column("select sqlstate from pgmb.match_failures"))
                .isSubsetOf("25006", "25001")
                .isNotEmpty();
    }

    @Test
    void aTemporaryTableDoesNotShadowTheBrokers() throws SQLException {
        pgmb.reinstall();
        pgmb.run("create temp table conditions (like pgmb.conditions); create temp table events (like pgmb.events)");
        pgmb.subscribe("group", "e.topic = 'a'");
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received("group")).containsExactly("a");
        assertThat(pgmb.column("select 1 from pg_temp.conditions")).isEmpty();
    }

    /** Backslashes in quotes mean what they mean in standard SQL, whatever the session of the subscriber says. */
    @Test
    void aSubscriberCannotChangeHowItsTextIsQuoted() throws SQLException {
        pgmb.reinstall();
        pgmb.run("set standard_conforming_strings = off; set escape_string_warning = off");
        pgmb.run("insert into pgmb.subscription_groups (id) values ('group')");
        pgmb.run("insert into pgmb.subscriptions (group_id, conditions_sql) values ('group', $$e.topic = '\\'$$)");
        pgmb.publish("\\");
        pgmb.tick();
        assertThat(pgmb.number("select count(*) from pgmb.subscription_events")).isEqualTo(1);
        assertThat(refusal("'\\' or public.write_volatile() or '\\'")).isEqualTo("PM002");
    }

    private String refusal(String condition) {
        try {
            pgmb.subscribe("hostile", condition);
            return "accepted";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    /** What a text could have changed. */
    private List<String> everything() throws SQLException {
        return pgmb.column("select p.oid::regprocedure || p.prosrc from pg_proc p"
                + " where p.pronamespace in ('pgmb'::regnamespace, 'public'::regnamespace)"
                + " union all select c.oid::regclass::text from pg_class c"
                + " where c.relnamespace in ('pgmb'::regnamespace, 'public'::regnamespace)"
                + " union all select no::text from pgmb.conditions"
                + " union all select what from public.effects"
                + " union all select setting from pg_settings where name = 'search_path' order by 1");
    }
}
