package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A role that may publish and consume makes everything that the broker's routines use once more: tables, functions, operators and
 * types of the same names, temporary or in a schema that is first in its search path. None of it is ever used.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
@Timeout(60)
class DiversionTest {
    /** Of the attacker, by the names of the broker's own and of what its routines call, with the same parameters. */
    private static final String FUNCTIONS = """
            do $do$
            declare
              f record;
            begin
              for f in
                select p.oid, p.proname, pg_get_function_identity_arguments(p.oid) as parameters, p.prorettype::regtype as result
                from pg_proc p
                where p.prokind = 'f' and (
                  p.pronamespace = 'pgmb'::regnamespace
                  or p.pronamespace = 'pg_catalog'::regnamespace and p.proname in (
                    select m[1] from pg_proc q, regexp_matches(q.prosrc, '(\\w+)\\(', 'g') m
                    where q.pronamespace = 'pgmb'::regnamespace
                  )
                )
              loop
                begin
                  execute format(
                    'create function attacker.%I(%s) returns %s language plpgsql as '
                    '$body$begin perform pg_catalog.nextval(''attacker.diverted''); raise exception ''diverted''; end$body$',
                    f.proname, regexp_replace(f.parameters, '\\m(OUT \\w+ \\w+|VARIADIC)', '', 'g'), f.result);
                exception when others then null;
                end;
              end loop;
            end
            $do$
            """;

    private static final String OPERATORS = """
            do $do$
            declare
              o record;
            begin
              for o in
                select op.oprname, op.oprleft::regtype as l, op.oprright::regtype as r, op.oprresult::regtype as result,
                  row_number() over () as n
                from pg_operator op
                where op.oprnamespace = 'pg_catalog'::regnamespace and op.oprkind = 'b'
                  and op.oprname in ('=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '&', '||', '~', '->', '->>', '#>>', '?', '@>', '~~')
                  and op.oprleft::regtype::text in ('text', 'bigint', 'integer', 'numeric', 'double precision',
                    'timestamp with time zone', 'timestamp without time zone', 'interval', 'jsonb', 'xid8', 'boolean', 'text[]', 'bigint[]', 'anyarray')
              loop
                begin
                  execute format(
                    'create function attacker.operator_%s(%s, %s) returns %s language plpgsql as '
                    '$body$begin perform pg_catalog.nextval(''attacker.diverted''); raise exception ''diverted''; end$body$',
                    o.n, o.l, o.r, o.result);
                  execute format(
                    'create operator attacker.%s (leftarg = %s, rightarg = %s, function = attacker.operator_%s)', o.oprname, o.l, o.r, o.n);
                exception when others then null;
                end;
              end loop;
            end
            $do$
            """;

    /** Tables of the names of the broker's and of the system's that it reads: those would come first, even before pg_catalog. */
    private static final String RELATIONS = """
            do $do$
            declare
              relation name;
            begin
              for relation in
                select c.relname from pg_class c
                where c.relnamespace = 'pgmb'::regnamespace and c.relkind in ('r', 'p', 'v', 'S') or c.relname in (
                  'pg_class', 'pg_proc', 'pg_inherits', 'pg_namespace', 'pg_settings', 'pg_depend', 'pg_trigger')
              loop
                execute format('create temp table %I (x int)', relation);
                execute format('create table attacker.%I (x int)', relation);
              end loop;
            end
            $do$
            """;

    private static final String TYPES = """
            create domain attacker.event_id as int; create domain attacker.subscription_id as int; create domain attacker.text as int;
            create domain attacker.jsonb as int; create domain attacker.regclass as int; create domain attacker.timestamptz as int;
            create domain attacker.pg_snapshot as int; create domain attacker.xid8 as int; create domain attacker.regprocedure as int;
            create type attacker.group_id as enum ('group');
            create function attacker.as_text(attacker.group_id) returns pg_catalog.text language sql as 'select ''group''::pg_catalog.text';
            create cast (attacker.group_id as pg_catalog.text) with function attacker.as_text(attacker.group_id) as implicit;
            create function attacker.from_text(pg_catalog.text) returns attacker.group_id language plpgsql as
              $body$begin perform pg_catalog.nextval('attacker.diverted'); raise exception 'diverted'; end$body$;
            create cast (pg_catalog.text as attacker.group_id) with function attacker.from_text(pg_catalog.text) as implicit
            """;

    /** Each routine that such a role may call, in an order in which all of them do something. */
    private static final List<String> CALLS = List.of(
            "insert into pgmb.subscription_groups (id) values ('group') on conflict do nothing",
            "insert into pgmb.subscriptions as s (group_id, conditions_sql, expiry_interval) values"
                    + " ('group', 'e.topic = ''a'' and length(e.topic) > 0', '1 hour')"
                    + " on conflict (identity) do update set last_active_at = pg_catalog.now()",
            "insert into pgmb.subscriptions (group_id, conditions_sql, params) values"
                    + " ('group', 'pgmb.topic_matches(s.params -> ''topics'', e.topic)', '{\"topics\": [\"a\", \"b.*\"]}')"
                    + " on conflict (identity) do update set last_active_at = pg_catalog.now()",
            "insert into pgmb.events (topic, payload) values ('a', '{}') returning id",
            "insert into pgmb.events (id, topic, payload) values"
                    + " (pgmb.create_event_id(pg_catalog.now(), pgmb.create_random_bigint()), 'b.c', '{}') returning id",
            "select pgmb.extract_date_from_event_id(pgmb.create_event_id(pg_catalog.now(), 0))",
            "select pgmb.add_interval_imm(pg_catalog.now(), '1 day')",
            "select pgmb.get_config_value('poll_chunk_size')",
            "select pgmb.text_hash('a')",
            "select pgmb.subscription_identity('group', 'TRUE', '{}')",
            "select pgmb.poll_for_events()",
            "select * from pgmb.read_events(array['pm0000000000000000000000']::pgmb.event_id[])",
            "select * from pgmb.read_next_events('group', null, 1)",
            "select pgmb.set_group_cursor('group', (select next_cursor from pgmb.read_next_events('group', null, 1) limit 1), false)",
            "select * from pgmb.read_next_events('group', peek => true)",
            "select pgmb.release_group_lock('group')",
            "select pgmb.register_node('node', '1 minute')",
            "select pgmb.renew_lease('node')",
            "select pgmb.declare_handler('node', 'group', 'e.topic = ''b.c''', '{}')",
            "select * from pgmb.take_over('node', '{}')",
            "insert into pgmb.events (topic, payload) values ('b.c', '{}')",
            "insert into shop.orders values (1, 'a'); update shop.orders set name = 'b'; delete from shop.orders",
            "insert into shop.late values (1, 'a'); update shop.late set name = 'b'; delete from shop.late",
            "select pgmb.limit_tick(); select * from pgmb.tick()",
            "select * from pgmb.replay_events('group', (select id from pgmb.subscriptions limit 1),"
                    + " (select id from pgmb.events order by id limit 1), 100)",
            "select * from pgmb.group_status s, pgmb.node_groups d",
            "select pgmb.group_position(group_no), pgmb.waiting_since(group_no, 0) from pgmb.group_status",
            "select pgmb.is_lease_valid(pg_catalog.now(), '1 minute')",
            "select pgmb.read_group('node', group_no, epoch, 0, 9) from pgmb.group_status",
            "select pgmb.missing_events('node', group_no, epoch, 0, 9) from pgmb.group_status",
            "select pgmb.advance('node', group_no, epoch, position, 2) from pgmb.group_status",
            "select pgmb.set_aside('node', group_no, epoch, position, 3, '[{\"event_ids\": [\"x\", \"y\"], \"attempts\": 1,"
                    + " \"delay_ms\": 0, \"message\": \"m\"}]') from pgmb.group_status",
            "select pgmb.next_retry(group_no) from pgmb.group_status",
            "select pgmb.read_retries('node', group_no, epoch, 9) from pgmb.group_status",
            "select pgmb.settle_retry('node', s.group_no, s.epoch, r.retry_no, '[{\"event_ids\": [\"x\", \"y\"], \"attempts\": 1,"
                    + " \"reason\": \"attempts\", \"message\": \"m\"}]') from pgmb.group_status s, pgmb.retry_status r",
            "select * from pgmb.list_dead_letters('group')",
            "select pgmb.discard_dead_letters('group', array['x']::pgmb.event_id[])",
            "select pgmb.redrive_dead_letters('group', null, 1, 1)",
            "select pgmb.settle_retry('node', s.group_no, s.epoch, r.retry_no, '[]') from pgmb.group_status s, pgmb.retry_status r",
            "select pgmb.hand_over('node', group_no, epoch) from pgmb.group_status",
            "select pgmb.withdraw_handler('node', group_no) from pgmb.group_status",
            "select pgmb.remove_node('node')",
            "select pgmb.maintenance_step(pg_catalog.now() operator(pg_catalog.+) '3 days'::interval)",
            "select pgmb.clean_up(pg_catalog.now())",
            "call pgmb.maintain_events_table(pg_catalog.now() operator(pg_catalog.+) '20 days'::interval)");

    /** Nobody but the owner may do what they do; or they are loops around calls, which have nobody's rights but the caller's. */
    private static final List<String> NOT_CALLED =
            List.of("grant_publish", "grant_consume", "keep_ticking", "maintain_in_steps");

    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb owner;
    private Pgmb attacker;

    @BeforeParameterizedClassInvocation
    static void startServer(String release) throws SQLException {
        server = new PlainServer(release);
        try (Pgmb superuser = server.superuser();
                Pgmb owner = server.owner()) {
            superuser.run("create role attacker login; create schema attacker authorization attacker");
            owner.install();
            owner.run("select pgmb.grant_publish('attacker'); select pgmb.grant_consume('attacker')");
            owner.run(
                    "create schema shop; create table shop.orders (id int, name text); create table shop.late () inherits (shop.orders);"
                            + " select pgmb.push_table_mutations('shop.orders'), pgmb.push_table_mutations('shop.late');"
                            + " grant usage on schema shop to attacker; grant all on all tables in schema shop to attacker");
        }
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() throws SQLException {
        owner = server.owner();
        attacker = server.connect("app", "attacker");
        assertThat(owner.text("show server_version")).startsWith(release + ".");
    }

    @AfterEach
    void disconnect() throws SQLException {
        attacker.close();
        owner.close();
    }

    @Test
    void noRoutineIsDiverted() throws SQLException {
        layTraps();
        assertTrapsAreSet();
        attacker.run("set search_path = attacker, pg_temp, pg_catalog");
        for (String call : CALLS) {
            attacker.run(call);
        }
        attacker.run("set search_path = pg_catalog");
        assertThat(attacker.isTrue("select not is_called from attacker.diverted"))
                .isTrue();
        assertThat(owner.column("select message from pgmb.dead_letters union all select message from pgmb.quarantines"))
                .isEmpty();
        assertThat(owner.received("group")).containsExactly("a", "b.c", "b.c");
        assertThat(owner.number("select count(*) from pgmb.events where topic like 'shop.%'"))
                .isEqualTo(9);
        assertThat(owner.position("group")).isEqualTo(3);
        assertThat(owner.partitions("pgmb.events")).hasSizeGreaterThan(2);
        assertThat(owner.column("select relname from pg_class c where c.relnamespace = 'attacker'::regnamespace"
                        + " and c.relkind = 'r' and pg_relation_size(c.oid) > 0"))
                .isEmpty();
    }

    /** What a role may call is called above. */
    @Test
    void everyRoutineThatSuchARoleMayCallIsTried() throws SQLException {
        TreeSet<String> callable = new TreeSet<>(attacker.column("select p.proname from pg_catalog.pg_proc p"
                + " where p.pronamespace = 'pgmb'::regnamespace and p.proname !~ '^condition_\\d+$'"
                + " and has_function_privilege(p.oid, 'execute')"));
        assertThat(callable).contains("tick", "read_next_events").containsAll(NOT_CALLED);
        NOT_CALLED.forEach(callable::remove);
        assertThat(callable)
                .allSatisfy(name ->
                        assertThat(CALLS).anySatisfy(call -> assertThat(call).contains("pgmb." + name + "(")));
    }

    private void layTraps() throws SQLException {
        attacker.run("create sequence attacker.diverted; grant usage on schema attacker to public;"
                + " grant usage on sequence attacker.diverted to public");
        attacker.run(FUNCTIONS);
        attacker.run(OPERATORS);
        attacker.run(RELATIONS);
        attacker.run(TYPES);
    }

    /** Else this proves nothing. */
    private void assertTrapsAreSet() throws SQLException {
        attacker.run("set search_path = attacker, pg_temp, pg_catalog");
        for (String trap : List.of(
                "select lpad('a', 1, 'a')",
                "select 'a'::pg_catalog.text = 'a'::pg_catalog.text",
                "select create_random_bigint()",
                "select group_head(1::bigint)")) {
            assertThat(stateOf(trap)).as(trap).isEqualTo("P0001");
        }
        assertThat(attacker.column("select x from pg_class")).isEmpty();
        attacker.run("drop sequence attacker.diverted; create sequence attacker.diverted;"
                + " grant usage on sequence attacker.diverted to public");
    }

    private String stateOf(String statement) {
        try {
            attacker.run(statement);
            return "done";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
