package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** Which tables are pushed and how, what their events show, and with whose rights. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
class PushedTablesTest {
    private static final String REFUSED = "PM020";

    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb owner;

    @BeforeParameterizedClassInvocation
    static void install(String release) throws SQLException {
        server = new PlainServer(release);
        try (Pgmb superuser = server.superuser();
                Pgmb owner = server.owner()) {
            superuser.run("create role tenant login; grant create, temporary on database app to tenant");
            owner.install();
        }
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void createUsers() throws SQLException {
        owner = server.owner();
        owner.run("drop schema if exists app cascade; create schema app; delete from pgmb.events;"
                + " create table app.users (id int primary key, name text)");
        assertThat(owner.text("show server_version")).startsWith(release + ".");
    }

    @AfterEach
    void removeTenant() throws SQLException {
        try (Pgmb superuser = server.superuser()) {
            superuser.run("drop schema if exists tenant cascade");
        }
        owner.close();
    }

    private void push(String table) throws SQLException {
        owner.run("select pgmb.push_table_mutations(?::regclass)", table);
    }

    /** Topic, payload and metadata, in the order of insertion; they are gone then. */
    private List<String> events() throws SQLException {
        List<String> events =
                owner.column("select concat_ws(' ', topic, payload, metadata) from pgmb.events order by seq");
        owner.run("delete from pgmb.events");
        return events;
    }

    private List<String> topicsOfAllOperations() throws SQLException {
        owner.run("insert into app.users values (1, 'a'); update app.users set name = 'b'; delete from app.users");
        List<String> topics = owner.column("select topic from pgmb.events order by seq");
        owner.run("delete from pgmb.events");
        return topics;
    }

    private void assertRefused(Pgmb session, String statement, String why) {
        assertThatThrownBy(() -> session.run(statement))
                .as(statement)
                .hasMessageContaining(why)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(REFUSED));
    }

    // flags

    @ParameterizedTest
    @ValueSource(strings = {"insert", "update", "delete"})
    void whatAFlagSwitchesOffIsNotPublished(String op) throws SQLException {
        owner.run("select pgmb.push_table_mutations('app.users', \"" + op + "\" := false)");
        assertThat(topicsOfAllOperations()).hasSize(2).doesNotContain("app.users." + op);
    }

    @Test
    void otherFlagsApplyFromThenOn() throws SQLException {
        owner.run("select pgmb.push_table_mutations('app.users', delete := false, update := false)");
        assertThat(topicsOfAllOperations()).containsExactly("app.users.insert");
        owner.run("select pgmb.push_table_mutations('app.users', insert := false)");
        assertThat(topicsOfAllOperations()).containsExactly("app.users.update", "app.users.delete");
        push("app.users");
        assertThat(topicsOfAllOperations()).containsExactly("app.users.insert", "app.users.update", "app.users.delete");
    }

    @Test
    void pushingOnceMoreChangesNothingAndWaitsForNobody() throws SQLException {
        push("app.users");
        List<String> triggers = triggers();
        try (Pgmb writer = server.owner()) {
            writer.begin();
            writer.run("insert into app.users values (7, 'open')");
            owner.run("set lock_timeout = '2s'");
            push("app.users");
            writer.rollback();
        }
        assertThat(triggers()).hasSize(3).isEqualTo(triggers);
        assertThat(topicsOfAllOperations()).hasSize(3);
    }

    @Test
    void stoppingLeavesNothing() throws SQLException {
        owner.run("create table app.parts (k int) partition by list (k);"
                + " create table app.one partition of app.parts for values in (1)");
        for (String table : List.of("app.users", "app.parts", "app.one")) {
            push(table);
        }
        for (String table : List.of("app.parts", "app.one", "app.users", "app.users")) {
            owner.run("select pgmb.stop_table_mutations_push(?::regclass)", table);
        }
        assertThat(triggers()).isEmpty();
        assertThat(topicsOfAllOperations()).isEmpty();
    }

    /** What the table above it publishes goes on, and the other way round. */
    @Test
    void aPartitionAndTheTableAboveItAreStoppedEachForItself() throws SQLException {
        owner.run("create table app.parts (k int) partition by list (k);"
                + " create table app.one partition of app.parts for values in (1)");
        push("app.parts");
        push("app.one");
        owner.run("select pgmb.stop_table_mutations_push('app.one'); insert into app.one values (1)");
        assertThat(events()).containsExactly("app.parts.insert {\"k\": 1}");
        push("app.one");
        owner.run("select pgmb.stop_table_mutations_push('app.parts'); insert into app.parts values (1)");
        assertThat(events()).containsExactly("app.one.insert {\"k\": 1}");
    }

    @Test
    void aPartitionThatWasDetachedIsPushedUnderItsOwnNameUntilItIsStopped() throws SQLException {
        owner.run("create table app.parts (k int) partition by list (k);"
                + " create table app.one partition of app.parts for values in (1)");
        push("app.parts");
        owner.run("alter table app.parts detach partition app.one; insert into app.one values (1)");
        assertThat(events()).containsExactly("app.one.insert {\"k\": 1}");
        owner.run("select pgmb.stop_table_mutations_push('app.one'); insert into app.one values (1)");
        assertThat(events()).isEmpty();
    }

    private List<String> triggers() throws SQLException {
        return owner.column("select oid || pg_get_triggerdef(oid) from pg_trigger"
                + " where tgname like '%pgmb%' and not tgisinternal order by 1");
    }

    // refusals

    @Test
    void whatIsNoTableOfUsersIsRefused() throws SQLException {
        owner.run("create view app.a_view as select * from app.users;"
                + " create materialized view app.stored as select * from app.users; create sequence app.seq;"
                + " create temp table passing (x int);"
                + " create table app.top (k int); create table app.middle () inherits (app.top);"
                + " create table app.bottom () inherits (app.middle)");
        for (String relation : List.of("app.a_view", "app.stored", "app.seq", "app.users_pkey", "0")) {
            assertRefused(owner, "select pgmb.push_table_mutations('" + relation + "')", "it is not a table");
        }
        assertRefused(owner, "select pgmb.push_table_mutations('passing')", "it is temporary");
        for (String own : List.of("pgmb.events", "pgmb.events_0", "pgmb.config")) {
            assertRefused(owner, "select pgmb.push_table_mutations('" + own + "')", "one of the broker's own");
        }
        assertRefused(owner, "select pgmb.push_table_mutations('app.middle')", "neither the top");
        assertThat(triggers()).isEmpty();
    }

    @Test
    void theLongestNamesMakeATopic() throws SQLException {
        String name = "İ" + "X".repeat(61);
        owner.run("drop schema if exists \"" + name + "\" cascade; create schema \"" + name + "\"");
        owner.run("create table \"" + name + "\".\"" + name + "\" (id int)");
        push("\"" + name + "\".\"" + name + "\"");
        owner.run("insert into \"" + name + "\".\"" + name + "\" values (1)");
        assertThat(owner.column("select topic = lower(topic) and topic like '%x.%x.insert' from pgmb.events"))
                .containsExactly("t");
        owner.run("drop schema \"" + name + "\" cascade");
    }

    // the serialiser

    @Test
    void theSerialiserChoosesRowsAndShapesPayloads() throws SQLException {
        push("app.users");
        owner.begin();
        replaceSerialiser(
                "serialised := to_jsonb(record) - 'id' || jsonb_build_object('by', tabl::regclass || ' ' || op);"
                        + " emit := record.name <> 'hidden'");
        owner.run("insert into app.users values (1, 'a'), (2, 'hidden'), (3, 'b')");
        owner.run("update app.users set name = 'c' where id < 3; update app.users set id = id + 10;"
                + " update app.users set name = 'hidden' where id = 12; delete from app.users where id > 11");
        assertThat(events())
                .containsExactly(
                        "app.users.insert {\"by\": \"app.users INSERT\", \"name\": \"a\"}",
                        "app.users.insert {\"by\": \"app.users INSERT\", \"name\": \"b\"}",
                        "app.users.update {\"name\": \"c\"} {\"old\": {\"by\": \"app.users UPDATE\", \"name\": \"a\"}}",
                        "app.users.update {\"by\": \"app.users UPDATE\", \"name\": \"c\"} {\"old\": null}",
                        "app.users.delete {\"by\": \"app.users DELETE\", \"name\": \"b\"}");
        owner.rollback();
    }

    @Test
    void whatIsNoLongerShownHasChangedToNull() throws SQLException {
        push("app.users");
        owner.begin();
        replaceSerialiser("serialised := jsonb_strip_nulls(to_jsonb(record)); emit := true");
        owner.run("insert into app.users values (1, 'a'); update app.users set name = null");
        assertThat(events())
                .containsExactly(
                        "app.users.insert {\"id\": 1, \"name\": \"a\"}",
                        "app.users.update {\"name\": null} {\"old\": {\"id\": 1, \"name\": \"a\"}}");
        owner.rollback();
    }

    @Test
    void aFailingSerialiserFailsTheStatementOfTheWriter() throws SQLException {
        push("app.users");
        owner.begin();
        replaceSerialiser("emit := true; raise exception 'no such shape'");
        assertThatThrownBy(() -> owner.run("insert into app.users values (1, 'a')"))
                .hasMessageContaining("no such shape");
        owner.rollback();
        assertThat(owner.number("select count(*) from app.users")).isZero();
    }

    @Test
    void anotherInstallationKeepsTheSerialiserOfTheUser() throws SQLException {
        push("app.users");
        replaceSerialiser("serialised := '\"mine\"'; emit := true");
        try {
            owner.install();
            owner.run("insert into app.users values (1, 'a')");
            assertThat(events()).containsExactly("app.users.insert \"mine\"");
        } finally {
            owner.run("drop function pgmb.serialise_record_for_event(oid, text, record)");
            owner.install();
        }
        owner.run("insert into app.users values (2, 'a')");
        assertThat(events()).containsExactly("app.users.insert {\"id\": 2, \"name\": \"a\"}");
    }

    private void replaceSerialiser(String body) throws SQLException {
        owner.run("create or replace function pgmb.serialise_record_for_event("
                + " tabl oid, op text, record record, serialised out jsonb, emit out boolean)"
                + " language plpgsql stable strict parallel safe set search_path = pgmb, pg_temp"
                + " as $$ begin " + body + "; end $$");
    }

    // rights

    /** Casts to json of a tenant's types, which would run with the rights of the schema's owner. */
    private static final String HOSTILE = """
            create schema tenant;
            create sequence tenant.called;
            grant usage on schema tenant to public;
            grant usage on sequence tenant.called to public;
            create type tenant.mood as enum ('hostile');
            create type tenant.span as range (subtype = int);
            create type tenant.pair as (x int, mood tenant.mood);
            create domain tenant.wrapped as tenant.mood;
            create function tenant.take_over(tenant.mood) returns json language plpgsql as
              $f$begin perform nextval('tenant.called'); delete from pgmb.events; return '"taken"'; end$f$;
            create function tenant.take_over(tenant.span) returns json language plpgsql as
              $f$begin perform nextval('tenant.called'); delete from pgmb.events; return '"taken"'; end$f$;
            create cast (tenant.mood as json) with function tenant.take_over(tenant.mood);
            create cast (tenant.span as json) with function tenant.take_over(tenant.span);
            create domain tenant.harmless as text;
            create type tenant.plain as (x int, y tenant.harmless);
            create table tenant.items (id int, kind tenant.harmless, size tenant.plain, sizes tenant.plain[]);
            """;

    /** A literal of each. */
    private static final List<List<String>> HOSTILE_TYPES = List.of(
            List.of("tenant.mood", "hostile"),
            List.of("tenant.span", "[1,2)"),
            List.of("tenant.mood[]", "{hostile}"),
            List.of("tenant.wrapped", "hostile"),
            List.of("tenant.pair", "(1,hostile)"),
            List.of("tenant.pair[]", "{\"(1,hostile)\"}"));

    private Pgmb tenant() throws SQLException {
        Pgmb tenant = server.connect("app", "tenant");
        tenant.run(HOSTILE);
        tenant.run("grant trigger on tenant.items to installer");
        return tenant;
    }

    @Test
    void aTableWithTypesOfSomebodyElseIsRefused() throws SQLException {
        try (Pgmb tenant = tenant()) {
            for (List<String> type : HOSTILE_TYPES) {
                tenant.run("alter table tenant.items add column trap " + type.get(0));
                assertRefused(owner, "select pgmb.push_table_mutations('tenant.items')", "the type of trap");
                tenant.run("alter table tenant.items drop column trap; create table tenant.child (trap " + type.get(0)
                        + ") inherits (tenant.items)");
                assertRefused(owner, "select pgmb.push_table_mutations('tenant.items')", "the type of trap");
                tenant.run("drop table tenant.child");
            }
            push("tenant.items");
        }
    }

    /** As it comes after the table was pushed, and for partitions and children that are pushed row by row, too. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noFunctionOfATableOwnerRunsAsTheOwnerOfTheSchema(boolean child) throws SQLException {
        try (Pgmb tenant = tenant()) {
            if (child) {
                tenant.run("create table tenant.above (id int); alter table tenant.items inherit tenant.above");
            }
            push("tenant.items");
            tenant.run("insert into tenant.items values (1, 'a', '(1,b)', '{\"(2,c)\"}')");
            assertThat(events())
                    .containsExactly(
                            "tenant.items.insert {\"id\": 1, \"kind\": \"a\", \"size\": {\"x\": 1, \"y\": \"b\"},"
                                    + " \"sizes\": [{\"x\": 2, \"y\": \"c\"}]}");
            for (List<String> type : HOSTILE_TYPES) {
                tenant.run("alter table tenant.items add column trap " + type.get(0));
                String value = " '" + type.get(1) + "'";
                assertRefused(tenant, "insert into tenant.items (trap) values (" + value + ")", "the type of trap");
                assertRefused(tenant, "update tenant.items set trap = " + value, "the type of trap");
                assertRefused(tenant, "delete from tenant.items", "the type of trap");
                tenant.run("alter table tenant.items drop column trap");
            }
            assertThat(tenant.isTrue("select is_called from tenant.called")).isFalse();
            assertThat(events()).isEmpty();
        }
    }

    @Test
    void typesOfTheOwnerOfTheSchemaAndOfSuperusersAreShown() throws SQLException {
        try (Pgmb superuser = server.superuser()) {
            superuser.run("create type app.level as enum ('high'); grant usage on schema app to tenant");
        }
        owner.run("create type app.mood as enum ('good');"
                + " create function app.shown(app.mood) returns json language sql as 'select ''{\"mood\": 1}''::json';"
                + " create cast (app.mood as json) with function app.shown(app.mood);"
                + " create table app.moods (mood app.mood, level app.level);"
                + " grant insert on app.moods to tenant");
        push("app.moods");
        try (Pgmb tenant = server.connect("app", "tenant")) {
            tenant.run("insert into app.moods values ('good', 'high')");
        }
        assertThat(events()).containsExactly("app.moods.insert {\"mood\": {\"mood\": 1}, \"level\": \"high\"}");
    }
}
