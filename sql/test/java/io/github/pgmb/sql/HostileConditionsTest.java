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

    private static final String OBJECTS = "do $$ begin if to_regtype('public.checked') is null then"
            + " create function public.writes(text) returns boolean language sql volatile"
            + " as 'insert into public.effects values ($1) returning true';"
            + " create function public.writes(text, text) returns boolean language sql volatile"
            + " as 'insert into public.effects values ($1) returning true';"
            + " create operator public.@@@ (leftarg = text, rightarg = text, function = public.writes);"
            + " create domain public.checked as text check (public.writes(value));"
            + " create domain public.rechecked as public.checked;"
            + " create type public.composite as (x public.checked);"
            + " create type public.checked_range as range (subtype = public.composite, multirange_type_name ="
            + " public.checked_multirange);"
            + " create type public.hostile as (x text);"
            + " create function public.hostile(text) returns public.hostile language plpgsql volatile"
            + " as 'begin perform public.writes($1); return null; end';"
            + " create cast (text as public.hostile) with function public.hostile(text);"
            + " end if; end $$;";

    private static List<String> untouched;

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
                + " create or replace aggregate public.writing(boolean) (sfunc = booland_statefunc, stype = boolean);"
                + OBJECTS);
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

    /** Ways to be something else than what the text looks like. */
    static Stream<String> disguised() {
        return Stream.of(
                "U&'\\0027 or public.write_volatile() or \\0027'",
                "U&\"\\0070ublic\".write_volatile()",
                "public.U&\"write\\005fvolatile\"()",
                "public.U&\"write!005fvolatile\" uescape '!' ()",
                "E'\\'' or public.write_volatile() or E'\\''",
                "'\\'' or public.write_volatile() or '\\''",
                "e.topic = '\\' or public.write_volatile() --'",
                "$$ $$ || public.write_volatile()::text = $a$ $a$",
                "$e$true$e$::boolean; select public.write_volatile()",
                "true /* ' */ or public.write_volatile() /* ' */",
                "true -- \n or public.write_volatile()",
                "true \r\n or public.write_volatile()",
                "true\f or public.write_volatile()",
                "true/**/or/**/public . write_volatile/**/()",
                "\"public\".\"write_volatile\"()",
                "PUBLIC.WRITE_VOLATILE()",
                "public.write_volatile() is not null",
                "not public.write_volatile()",
                "(public.write_volatile(), 1) = (true, 1)",
                "row(public.write_volatile()) is not null",
                "array[public.write_volatile()] = '{t}'",
                "(array[true, public.write_volatile()])[1]",
                "true = any (array[public.write_volatile()])",
                "nullif(true, public.write_volatile())",
                "greatest(true, public.write_volatile())",
                "jsonb_build_object('a', public.write_volatile()) is not null",
                "public.write_volatile()::text::boolean",
                "cast(public.write_volatile() as text) = 'x'",
                "xmlelement(name a, public.write_volatile()) is null",
                "case public.write_volatile() when true then true end",
                "public.write_volatile() is distinct from true",
                "true in (public.write_volatile())",
                "true between public.write_volatile() and true",
                "overlay('a' placing public.write_volatile()::text from 1) = ''",
                // operators, casts and types of the attacker
                "e.topic operator(public.@@@) 'a'",
                "'a'::text operator(public.@@@) e.topic",
                "not (e.topic operator(public.@@@) 'a')",
                "e.topic::text::public.hostile is not null",
                "cast(e.topic::text as public.hostile) is not null",
                "public.hostile(e.topic) is not null",
                "'{a}'::public.checked[] is not null",
                "'{a}'::public._checked is not null",
                "array['a']::public.checked[] is not null",
                "'(a)'::public.composite is not null",
                "row('a')::public.composite is not null",
                "'{\"(a)\"}'::public.composite[] is not null",
                "'a'::public.rechecked is not null and '{a}'::public.rechecked[] is not null",
                "'[(a),(b)]'::public.checked_range is not null",
                "'{[(a),(b)]}'::public.checked_multirange is not null",
                "jsonb_populate_record(null::public.composite, '{\"x\": \"a\"}') is not null",
                "json_populate_record(null::public.composite, '{\"x\": \"a\"}') is not null",
                "'{a}'::public.U&\"checke\\0064\"[] is not null",
                "'{a}'::PUBLIC.CHECKED[] is not null",
                "'{a}'::\"public\".\"checked\"[] is not null",
                "'{a}'::public./**/checked[] is not null",
                "public.checked '{a}' is not null");
    }

    /** What the server's own functions can do, what is not there, and what is not an expression. */
    static Stream<String> functions() {
        return Stream.of(
                "pg_catalog.set_config('role', 'postgres', true) is null",
                "set_config('pgmb.x', 'y', false) = 'y'",
                "pg_sleep_for('1 s') is null",
                "pg_sleep_until('infinity') is null",
                "pg_cancel_backend(pg_backend_pid())",
                "pg_reload_conf()",
                "pg_rotate_logfile()",
                "pg_switch_wal() is null",
                "pg_create_restore_point('x') is null",
                "pg_logical_emit_message(false, 'a', 'b') is null",
                "pg_export_snapshot() = ''",
                "pg_try_advisory_lock(1)",
                "pg_try_advisory_xact_lock(1)",
                "pg_advisory_unlock_all() is null",
                "pg_stat_reset() is null",
                "pg_stat_clear_snapshot() is null",
                "setval('pgmb.event_seq', 1) = 1",
                "currval('pgmb.event_seq') = 1",
                "lastval() = 1",
                "gen_random_uuid() is not null",
                "random() is null",
                "setseed(0.5) is null",
                "timeofday() = ''",
                "clock_timestamp() is null",
                "lo_import('/etc/passwd') > 0",
                "lo_export(1, '/tmp/x') = 1",
                "lo_unlink(1) = 1",
                "lo_open(1, 131072) = 1",
                "lo_from_bytea(0, '') > 0",
                "lo_put(1, 0, '') is null",
                "lo_get(1) is null",
                "pg_read_binary_file('/etc/passwd') is null",
                "pg_stat_file('/etc/passwd') is null",
                "pg_ls_waldir() is null",
                "pg_ls_logdir() is null",
                "pg_current_logfile() = ''",
                "pg_relation_size('pgmb.events') > 0",
                "pg_total_relation_size('pgmb.events') > 0",
                "pg_database_size(current_database()) > 0",
                "query_to_xml('delete from public.effects', true, true, '') is null",
                "query_to_xmlschema('select 1', true, true, '') is null",
                "query_to_xml_and_xmlschema('select 1', true, true, '') is null",
                "cursor_to_xml('c', 1, true, true, '') is null",
                "table_to_xml('public.effects', true, true, '') is null",
                "table_to_xml_and_xmlschema('public.effects', true, true, '') is null",
                "schema_to_xml('public', true, true, '') is null",
                "schema_to_xmlschema('public', true, true, '') is null",
                "database_to_xmlschema(true, true, '') is null",
                "dblink('', 'select 1') is null",
                "dblink_exec('', 'select 1') = ''",
                "ts_stat('delete from public.effects') is null",
                "ts_rewrite('a'::tsquery, 'delete from public.effects') is null",
                "pgmb.create_condition('true') > 0",
                "pgmb.tick() is null",
                "pgmb.poll_for_events() = 0",
                "pgmb.release_quarantine('su') is null",
                "pgmb.advance('a', 1, 1, 0, 1)",
                "pgmb.create_random_bigint() > 0",
                "pgmb.read_events('{}') is null",
                "pgmb.window_events(null, null, 0, 0) is null",
                "pgmb.limit_tick() is null",
                "pgmb.evaluate_conditions(null, null, 0, 0, 0, 0, null) is null",
                "generate_subscripts(array[1], 1) = 1",
                "string_to_table('a', 'a') = 'a'",
                "regexp_split_to_table(e.topic, 'a') = 'a'",
                "json_each('{}') is null",
                "jsonb_path_query(e.payload, '$') is null",
                "unnest(string_to_array(e.topic, '')) = 'a'",
                "pg_get_keywords() is null",
                "pg_lock_status() is null",
                "string_agg(e.topic, '') = ''",
                "array_agg(e.topic) is null",
                "max(e.topic) = ''",
                "lag(e.topic) over () = ''",
                "grouping(e.topic) = 0",
                "rpad('x', 1000000000) = ''",
                "concat(repeat('x', 1000000000)) = ''",
                "e.topic like repeat('%', 1000000)",
                "length(format('%*s', 1000000000, 'x')) = 0",
                "true and (table pg_class) is null",
                "exists (values (1))",
                "e.topic = (select 'a')",
                "e.topic = any (select 'a')",
                "e.topic = all (array(select relname from pg_class))",
                "row(1, 2) = (select 1, 2)",
                "current of c",
                "default",
                "e",
                "s",
                "e is null and e.xmin is null",
                "e.tableoid > 0",
                "excluded.topic = ''",
                "new.conditions_sql = ''",
                "old is null",
                "tg_op = 'INSERT'",
                "condition_no = 1",
                "conditions_sql is null",
                "checked = ''",
                "parsed = ''",
                "step is null",
                "evaluate_conditions.after_seq = 0",
                ":a",
                "?",
                "%s",
                "%1$s",
                "%L",
                "\\",
                "\\! ls",
                "\\copy",
                "true;--",
                "true;;",
                "begin; true",
                "do $$ begin end $$",
                "commit",
                "end",
                "end; select true",
                "return true",
                "true) union all (select true",
                "true) intersect (select true",
                "true) order by (1",
                "true) for update of (e",
                "true) as matches, (true",
                "true)::boolean or (true",
                "true) /* ",
                " */ or (true",
                "(((((((((",
                ")))))))))",
                "[[[",
                "true] or [true",
                "true), (true",
                "array[",
                "'a' 'b'",
                "$a$",
                "$1$ $1$",
                "E'\\",
                "U&'\\",
                "B'2' = B'1'",
                "X'g' = X'1'",
                "1e999999 > 0",
                "1::nonsense is null",
                "'public.absent'::regclass is null",
                "'public.absent'::regprocedure is null",
                "'public.absent'::regtype is null",
                "'absent'::regrole is null",
                "'absent'::regnamespace is null",
                "'-- ' = '''",
                "cast('x' as xml) is document and public.write_volatile()");
    }

    @ParameterizedTest
    @MethodSource({"unbalanced", "foreignNames", "tooMuch", "disguised", "functions"})
    void isRefusedWithoutEffect(String condition) throws SQLException {
        if (untouched == null) {
            untouched = everything();
        }
        assertThat(refusal(condition)).as(condition).isEqualTo("PM002");
        assertThat(everything()).isEqualTo(untouched);
    }

    @Test
    void thereAreEnoughOfThem() {
        assertThat(Stream.of(unbalanced(), foreignNames(), tooMuch(), disguised(), functions())
                        .flatMap(texts -> texts)
                        .distinct())
                .hasSizeGreaterThan(250);
    }

    @ParameterizedTest
    @ValueSource(strings = {"public.disguised()", "public.unlocks()"})
    void aFunctionThatClaimsToBeStableCannotWrite(String condition) throws SQLException {
        reinstall();
        pgmb.subscribe("hostile", condition);
        pgmb.subscribe("friendly", Pgmb.ALL);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.column("select what from public.effects")).isEmpty();
        assertThat(pgmb.received("hostile")).isEmpty();
        assertThat(pgmb.received("friendly")).containsExactly("a");
        assertThat(pgmb.column("select sqlstate from pgmb.dead_letters"))
                .isSubsetOf("25006", "25001")
                .isNotEmpty();
    }

    @Test
    void aTemporaryTableDoesNotShadowTheBrokers() throws SQLException {
        reinstall();
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
        reinstall();
        pgmb.run("set standard_conforming_strings = off; set escape_string_warning = off");
        pgmb.run("insert into pgmb.subscription_groups (id) values ('group')");
        pgmb.run("insert into pgmb.subscriptions (group_id, conditions_sql) values ('group', $$e.topic = '\\'$$)");
        pgmb.publish("\\");
        pgmb.tick();
        assertThat(pgmb.number("select count(*) from pgmb.subscription_events")).isEqualTo(1);
        assertThat(refusal("'\\' or public.write_volatile() or '\\'")).isEqualTo("PM002");
    }

    private void reinstall() throws SQLException {
        pgmb.reinstall();
        untouched = null;
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
