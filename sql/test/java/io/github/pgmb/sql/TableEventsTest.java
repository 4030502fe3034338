package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements on a pushed table publish. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
class TableEventsTest {
    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb owner;

    @BeforeParameterizedClassInvocation
    static void install(String release) throws SQLException {
        server = new PlainServer(release);
        try (Pgmb owner = server.owner()) {
            owner.install();
        }
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void pushUsers() throws SQLException {
        owner = server.owner();
        owner.run("drop schema if exists app cascade; create schema app; delete from pgmb.events;"
                + " create table app.users (id int primary key, name text)");
        push("app.users");
    }

    @AfterEach
    void disconnect() throws SQLException {
        owner.close();
    }

    private void push(String table) throws SQLException {
        owner.run("select pgmb.push_table_mutations(?::regclass)", table);
    }

    /** As nodes do that start together. */
    @Test
    void whoPushesOrStopsAtTheSameTimeDoesNotFail() throws Exception {
        for (String call : List.of("stop_table_mutations_push", "push_table_mutations")) {
            owner.begin();
            owner.run("select pgmb." + call + "('app.users')");
            ExecutorService thread = Executors.newSingleThreadExecutor();
            try (Pgmb other = server.owner()) {
                int waiting = other.backendPid();
                Future<String> done = thread.submit(() -> other.text("select pgmb." + call + "('app.users')"));
                owner.awaitBlocked(waiting);
                owner.commit();
                done.get();
            } finally {
                thread.shutdownNow();
            }
        }
        owner.run("insert into app.users values (1, 'a')");
        assertThat(events()).hasSize(1);
    }

    /** Topic, payload and metadata, in the order of insertion; they are gone then. */
    private List<String> events() throws SQLException {
        List<String> events =
                owner.column("select concat_ws(' ', topic, payload, metadata) from pgmb.events order by seq");
        owner.run("delete from pgmb.events");
        return events;
    }

    @Test
    void rowsComeInTheOrderOfTheStatement() throws SQLException {
        owner.run("insert into app.users select n, 'n' || n from unnest(array[3, 1, 2]) n");
        assertThat(events())
                .containsExactly(
                        "app.users.insert {\"id\": 3, \"name\": \"n3\"}",
                        "app.users.insert {\"id\": 1, \"name\": \"n1\"}",
                        "app.users.insert {\"id\": 2, \"name\": \"n2\"}");
        owner.run("delete from app.users where id > 1");
        assertThat(events())
                .containsExactly(
                        "app.users.delete {\"id\": 3, \"name\": \"n3\"}",
                        "app.users.delete {\"id\": 2, \"name\": \"n2\"}");
    }

    @Test
    void aStatementWithoutRowsPublishesNothing() throws SQLException {
        owner.run("delete from app.users; update app.users set id = 1; insert into app.users select 1, '' where false");
        assertThat(events()).isEmpty();
    }

    @Test
    void anUpdateCarriesWhatChangedAndTheOldRow() throws SQLException {
        owner.run("alter table app.users add age int; insert into app.users values (1, 'a', 7)");
        events();
        owner.run("update app.users set name = 'b'");
        assertThat(events())
                .containsExactly(
                        "app.users.update {\"name\": \"b\"} {\"old\": {\"id\": 1, \"age\": 7, \"name\": \"a\"}}");
    }

    @Test
    void aColumnThatBecomesNullHasChanged() throws SQLException {
        owner.run("insert into app.users values (1, 'a')");
        events();
        owner.run("update app.users set name = null");
        owner.run("update app.users set name = 'b'");
        assertThat(events())
                .containsExactly(
                        "app.users.update {\"name\": null} {\"old\": {\"id\": 1, \"name\": \"a\"}}",
                        "app.users.update {\"name\": \"b\"} {\"old\": {\"id\": 1, \"name\": null}}");
    }

    @Test
    void unchangedRowsPublishNothing() throws SQLException {
        owner.run("insert into app.users values (1, 'a'), (2, 'b'), (3, null)");
        events();
        owner.run("update app.users set name = 'a'::text where id < 3");
        assertThat(events())
                .containsExactly("app.users.update {\"name\": \"a\"} {\"old\": {\"id\": 2, \"name\": \"b\"}}");
        owner.run("update app.users set name = name, id = id");
        assertThat(events()).isEmpty();
    }

    @Test
    void keysThatAreExchangedPairTheRowsThatWereUpdated() throws SQLException {
        owner.run(
                "alter table app.users drop constraint users_pkey,"
                        + " add primary key (id) deferrable initially deferred; insert into app.users values (1, 'a'), (2, 'b')");
        events();
        owner.run("update app.users set id = 3 - id");
        assertThat(events())
                .containsExactly(
                        "app.users.update {\"id\": 2} {\"old\": {\"id\": 1, \"name\": \"a\"}}",
                        "app.users.update {\"id\": 1} {\"old\": {\"id\": 2, \"name\": \"b\"}}");
    }

    @Test
    void rowsOfATableWithoutAKeyArePaired() throws SQLException {
        owner.run("create table app.log (v int, t text); select pgmb.push_table_mutations('app.log');"
                + " insert into app.log values (1, 'x'), (1, 'x'), (2, 'y')");
        events();
        owner.run("update app.log set v = v + 1");
        assertThat(events())
                .containsExactly(
                        "app.log.update {\"v\": 2} {\"old\": {\"t\": \"x\", \"v\": 1}}",
                        "app.log.update {\"v\": 2} {\"old\": {\"t\": \"x\", \"v\": 1}}",
                        "app.log.update {\"v\": 3} {\"old\": {\"t\": \"y\", \"v\": 2}}");
    }

    /** Two constraints update the same row, in what is one statement for the trigger. */
    @Test
    void aRowThatCascadesUpdateTwiceIsFollowed() throws SQLException {
        owner.run(
                "create table app.links (id int primary key, a int references app.users on update cascade on delete set null,"
                        + " b int references app.users on update cascade on delete set null);"
                        + " select pgmb.push_table_mutations('app.links');"
                        + " insert into app.users values (1, 'a'); insert into app.links values (5, 1, 1), (6, 1, null)");
        events();
        owner.run("update app.users set id = 2");
        assertThat(events())
                .containsExactlyInAnyOrder(
                        "app.users.update {\"id\": 2} {\"old\": {\"id\": 1, \"name\": \"a\"}}",
                        "app.links.update {\"a\": 2} {\"old\": {\"a\": 1, \"b\": 1, \"id\": 5}}",
                        "app.links.update {\"b\": 2} {\"old\": {\"a\": 2, \"b\": 1, \"id\": 5}}",
                        "app.links.update {\"a\": 2} {\"old\": {\"a\": 1, \"b\": null, \"id\": 6}}");
        owner.run("delete from app.users");
        assertThat(events())
                .hasSize(4)
                .contains("app.links.update {\"b\": null} {\"old\": {\"a\": null, \"b\": 2, \"id\": 5}}");
    }

    @Test
    void onConflictPublishesWhatItDidToEachRow() throws SQLException {
        owner.run("insert into app.users values (1, 'a')");
        events();
        owner.run(
                "insert into app.users values (1, 'b'), (2, 'c') on conflict (id) do update set name = excluded.name");
        assertThat(events())
                .containsExactly(
                        "app.users.update {\"name\": \"b\"} {\"old\": {\"id\": 1, \"name\": \"a\"}}",
                        "app.users.insert {\"id\": 2, \"name\": \"c\"}");
        owner.run("insert into app.users values (1, 'x') on conflict do nothing");
        assertThat(events()).isEmpty();
    }

    @Test
    void mergePublishesWhatItDidToEachRow() throws SQLException {
        assumeThat(release).isNotEqualTo(PlainServer.OLDEST);
        owner.run("insert into app.users values (1, 'a'), (2, 'b')");
        events();
        owner.run("merge into app.users u using (values (1, 'x'), (2, null), (3, 'z')) v (id, name) on u.id = v.id"
                + " when matched and v.name is null then delete when matched then update set name = v.name"
                + " when not matched then insert values (v.id, v.name)");
        assertThat(events())
                .containsExactly(
                        "app.users.delete {\"id\": 2, \"name\": \"b\"}",
                        "app.users.update {\"name\": \"x\"} {\"old\": {\"id\": 1, \"name\": \"a\"}}",
                        "app.users.insert {\"id\": 3, \"name\": \"z\"}");
    }

    @Test
    void copyPublishes() throws Exception {
        owner.copy("copy app.users from stdin", "1\ta\n2\t\\N\n");
        assertThat(events())
                .containsExactly(
                        "app.users.insert {\"id\": 1, \"name\": \"a\"}",
                        "app.users.insert {\"id\": 2, \"name\": null}");
    }

    @Test
    void whatIsRolledBackPublishesNothing() throws SQLException {
        owner.begin();
        owner.run("insert into app.users values (1, 'a'); savepoint s; update app.users set name = 'b'; rollback to s");
        owner.run("insert into app.users values (2, 'c')");
        owner.commit();
        assertThat(events())
                .containsExactly(
                        "app.users.insert {\"id\": 1, \"name\": \"a\"}",
                        "app.users.insert {\"id\": 2, \"name\": \"c\"}");
        owner.begin();
        owner.run("delete from app.users");
        owner.rollback();
        assertThat(events()).isEmpty();
    }

    @Test
    void valuesHaveOneFormInAllSessions() throws SQLException {
        owner.run(
                "create type app.pair as (x int, \"Y\" text); create table app.\"Odd \"\"T\" (gone int, \"F %s\" float8, a int[],"
                        + " j json, jb jsonb, b bytea, c app.pair, ts timestamptz, r tstzrange, iv interval,"
                        + " g int generated always as (1 + 1) stored);"
                        + " alter table app.\"Odd \"\"T\" drop column gone");
        push("app.\"Odd \"\"T\"");
        owner.run("set timezone = 'Asia/Kolkata'; set datestyle = 'ISO, DMY'; set intervalstyle = 'sql_standard';"
                + " set bytea_output = 'escape'; set extra_float_digits = -3");
        owner.run(
                "insert into app.\"Odd \"\"T\" values ('NaN', '{1,null}', '{\"b\":  1}', '[1]', '\\xde00', row(1, 'y'),"
                        + " '2026-01-02 00:00+00', '[2026-01-02 00:00+00,)', '1 day 2 hours')");
        owner.run("update app.\"Odd \"\"T\" set \"F %s\" = '-infinity'");
        owner.run("update app.\"Odd \"\"T\" set \"F %s\" = 0.3");
        owner.run("update app.\"Odd \"\"T\" set \"F %s\" = 0.30000000000000004, j = '{\"b\":2}'");
        String rest =
                " \"a\": [1, null], \"b\": \"\\\\xde00\", \"c\": {\"Y\": \"y\", \"x\": 1}, \"g\": 2, \"j\": {\"b\": 1},"
                        + " \"r\": \"[\\\"2026-01-02 00:00:00+00\\\",)\", \"iv\": \"1 day 02:00:00\", \"jb\": [1],"
                        + " \"ts\": \"2026-01-02T00:00:00+00:00\", \"F %s\": ";
        String row = "{" + rest.substring(1);
        assertThat(events())
                .containsExactly(
                        "app.odd \"t.insert " + row + "\"NaN\"}",
                        "app.odd \"t.update {\"F %s\": \"-Infinity\"} {\"old\": " + row + "\"NaN\"}}",
                        "app.odd \"t.update {\"F %s\": 0.3} {\"old\": " + row + "\"-Infinity\"}}",
                        "app.odd \"t.update {\"j\": {\"b\": 2}, \"F %s\": 0.30000000000000004} {\"old\": " + row
                                + "0.3}}");
    }

    @Test
    void columnsMayHaveAnyName() throws SQLException {
        owner.run("create table app.names (r int, s int, o int, n int, no int, e int, tabl int, topic int, record int,"
                + " serialised int, emit int, rows_are_pairs int, tg_op int, \"old\" int, \"new\" int, this int);"
                + " create table app.leaf () inherits (app.names);"
                + " select pgmb.push_table_mutations('app.names'); select pgmb.push_table_mutations('app.leaf');"
                + " insert into app.names (r) values (1); update app.names set r = 2; delete from app.names;"
                + " insert into app.leaf (tabl) values (1); update app.leaf set tabl = 2; delete from app.leaf");
        assertThat(owner.rows("select topic, payload -> 'r', payload -> 'tabl' from pgmb.events order by seq"))
                .containsExactly(
                        Arrays.asList("app.names.insert", "1", "null"),
                        Arrays.asList("app.names.update", "2", null),
                        Arrays.asList("app.names.delete", "2", "null"),
                        Arrays.asList("app.leaf.insert", "null", "1"),
                        Arrays.asList("app.names.insert", "null", "1"),
                        Arrays.asList("app.leaf.update", null, "2"),
                        Arrays.asList("app.names.update", null, "2"),
                        Arrays.asList("app.leaf.delete", "null", "2"),
                        Arrays.asList("app.names.delete", "null", "2"));
    }

    @Test
    void columnsMayComeAndGo() throws SQLException {
        owner.run("insert into app.users values (1, 'a'); alter table app.users add b int default 2, drop column name");
        events();
        owner.run("update app.users set b = 3; alter table app.users alter b type text; delete from app.users");
        assertThat(events())
                .containsExactly(
                        "app.users.update {\"b\": 3} {\"old\": {\"b\": 2, \"id\": 1}}",
                        "app.users.delete {\"b\": \"3\", \"id\": 1}");
    }

    @Test
    void aRenamedTablePublishesUnderItsNewName() throws SQLException {
        owner.run("alter table app.users rename to people; insert into app.people values (1, 'a')");
        assertThat(events()).containsExactly("app.people.insert {\"id\": 1, \"name\": \"a\"}");
    }

    /** A plan made for one row must not be kept for many. */
    @Test
    void manyRowsAfterOneAreQuick() throws SQLException {
        owner.run(
                "set statement_timeout = '20s'; insert into app.users values (0, ''); update app.users set name = 'a'");
        owner.run("insert into app.users select n, '' from generate_series(1, 20000) n");
        owner.run("update app.users set name = 'b'");
        assertThat(events()).hasSize(40_003);
    }

    // trees

    private void pushPartitioned() throws SQLException {
        owner.run(
                "create table app.parts (k int, v int) partition by list (k);"
                        + " create table app.one partition of app.parts for values in (1);"
                        + " create table app.two (v int, k int); alter table app.parts attach partition app.two for values in (2)");
        push("app.parts");
    }

    @Test
    void aRowThatMovesToAnotherPartitionIsUpdated() throws SQLException {
        pushPartitioned();
        owner.run("insert into app.parts values (1, 7), (1, 8)");
        events();
        owner.run("update app.parts set k = 2");
        assertThat(events())
                .containsExactly(
                        "app.parts.update {\"k\": 2} {\"old\": {\"k\": 1, \"v\": 7}}",
                        "app.parts.update {\"k\": 2} {\"old\": {\"k\": 1, \"v\": 8}}");
    }

    @Test
    void aRowThatIsLostOnItsWayIsDeleted() throws SQLException {
        pushPartitioned();
        owner.run("create function app.refuse() returns trigger language plpgsql as"
                + " 'begin if new.v = 7 then return null; end if; return new; end';"
                + " create trigger refuse before insert on app.two for each row execute function app.refuse();"
                + " insert into app.parts values (1, 7), (1, 8)");
        events();
        owner.run("update app.parts set k = 2");
        assertThat(events())
                .containsExactly(
                        "app.parts.delete {\"k\": 1, \"v\": 7}",
                        "app.parts.delete {\"k\": 1, \"v\": 8}",
                        "app.parts.insert {\"k\": 2, \"v\": 8}");
    }

    @Test
    void statementsThatNameAPartitionPublishForThePartitionedTable() throws SQLException {
        pushPartitioned();
        owner.run("insert into app.two values (7, 2); update app.two set v = 8; delete from app.two");
        assertThat(events())
                .containsExactly(
                        "app.parts.insert {\"k\": 2, \"v\": 7}",
                        "app.parts.update {\"v\": 8} {\"old\": {\"k\": 2, \"v\": 7}}",
                        "app.parts.delete {\"k\": 2, \"v\": 8}");
    }

    @Test
    void partitionsThatAreAddedAreReachedByThePartitionedTable() throws SQLException {
        pushPartitioned();
        owner.run(
                "create table app.three partition of app.parts for values in (3); insert into app.parts values (3, 1)");
        assertThat(events()).containsExactly("app.parts.insert {\"k\": 3, \"v\": 1}");
        push("app.parts");
        owner.run("insert into app.three values (3, 2)");
        assertThat(events()).containsExactly("app.parts.insert {\"k\": 3, \"v\": 2}");
    }

    @Test
    void aPartitionThatIsPushedItselfPublishesWhicheverTableIsNamed() throws SQLException {
        owner.run("create table app.parts (k int, v int) partition by list (k);"
                + " create table app.one partition of app.parts for values in (1);"
                + " create table app.two partition of app.parts for values in (2)");
        push("app.one");
        owner.run("insert into app.parts values (1, 7), (2, 8); update app.parts set v = v + 1;"
                + " update app.one set v = v; update app.parts set k = 3 - k; delete from app.one");
        assertThat(events())
                .containsExactly(
                        "app.one.insert {\"k\": 1, \"v\": 7}",
                        "app.one.update {\"v\": 8} {\"old\": {\"k\": 1, \"v\": 7}}",
                        "app.one.delete {\"k\": 1, \"v\": 8}",
                        "app.one.insert {\"k\": 1, \"v\": 9}",
                        "app.one.delete {\"k\": 1, \"v\": 9}");
    }

    @Test
    void inheritanceChildrenPublishForTheirParent() throws SQLException {
        owner.run("create table app.admins (level int) inherits (app.users)");
        push("app.users");
        owner.run("insert into app.admins values (1, 'a', 9); update app.users set name = 'b'");
        assertThat(events())
                .containsExactly(
                        "app.users.insert {\"id\": 1, \"name\": \"a\", \"level\": 9}",
                        "app.users.update {\"name\": \"b\"} {\"old\": {\"id\": 1, \"name\": \"a\"}}");
    }

    // safety

    @Test
    void whoeverWritesNeedsNoRightsAndCannotDivertOrForge() throws SQLException {
        try (Pgmb superuser = server.superuser()) {
            superuser.run("do $$ begin create role writer login; exception when duplicate_object then null; end $$;"
                    + " grant temporary on database app to writer");
        }
        owner.run("grant usage on schema app to writer; grant select, insert, update, delete on app.users to writer");
        try (Pgmb writer = server.connect("app", "writer")) {
            writer.run("create temp table events (like app.users); create temp table old_rows (x int);"
                    + " create temp table new_rows (x int); create temp table pg_inherits (inhrelid oid, inhparent oid);"
                    + " create function pg_temp.lower(text) returns text language sql as 'select ''forged''';"
                    + " set search_path = pg_temp, app");
            writer.run("insert into app.users values (1, 'a'); update app.users set name = 'b'; delete from app.users");
            assertThat(writer.number("select count(*) from pg_temp.events")).isZero();
            assertThatThrownBy(() ->
                            writer.run("create table pg_temp.t (x int); create trigger forge after insert on pg_temp.t"
                                    + " for each statement execute function pgmb.publish_mutations()"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> writer.run("select pgmb.push_table_mutations('pg_temp.t')"))
                    .hasMessageContaining("permission denied");
        }
        assertThat(events())
                .containsExactly(
                        "app.users.insert {\"id\": 1, \"name\": \"a\"}",
                        "app.users.update {\"name\": \"b\"} {\"old\": {\"id\": 1, \"name\": \"a\"}}",
                        "app.users.delete {\"id\": 1, \"name\": \"b\"}");
    }

    @Test
    void theyAreDelivered() throws SQLException {
        owner.subscribeToTopics("group", "app.users.*");
        owner.run("insert into app.users values (1, 'a'); update app.users set name = 'b'");
        owner.dispatch();
        assertThat(owner.received("group")).containsExactly("app.users.insert", "app.users.update");
    }
}
