package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.Eventually;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every routine on every major release, by a role that owns the database and may do nothing else. A routine that is added to the
 * schema belongs into one of the walks.
 */
class ReleasesTest {
    private static final String GROUP = "group";
    private static final String NODE = "node";

    /** What is inlined is not counted, nor what fails; there is neither pg_cron, a sandbox, other roles, nor a time limit that is met. */
    private static final String NOT_CALLED = "select p.oid::regprocedure from pg_proc p"
            + " join pg_language l on l.oid = p.prolang left join pg_stat_user_functions s on s.funcid = p.oid"
            + " where p.pronamespace = 'pgmb'::regnamespace and (l.lanname <> 'sql' or p.proconfig is not null)"
            + " and coalesce(s.calls, 0) = 0"
            + " and p.proname not in ('require_pg_cron', 'schedule_jobs', 'job_name', 'cut_off', 'is_time_up', 'limit_tick', 'give_more_time',"
            + " 'quarantine_condition', 'evaluate_in_sandbox', 'error_position', 'text_place', 'grant_all', 'grant_publish',"
            + " 'grant_consume', 'refuse_push')";

    private Pgmb pgmb;

    @ParameterizedTest
    @ValueSource(strings = {"14", "15", "16", "17", "18"})
    void everyRoutineWorks(String release) throws SQLException {
        try (PlainServer server = new PlainServer(release)) {
            try (Pgmb superuser = server.superuser()) {
                superuser.run("alter database app set track_functions = 'all'");
            }
            try (Pgmb owner = server.owner()) {
                pgmb = owner;
                assertThat(owner.text("show server_version")).startsWith(release + ".");
                owner.install();
                owner.install();
                ids();
                subscribers();
                nodes();
                failures();
                readers();
                conditions();
                replays();
                scheduled();
                cap();
                maintenance();
                jobs();
                tableEvents();
                restored();
            }
            try (Pgmb owner = server.owner()) {
                Eventually.eventually(() -> assertThat(owner.column(NOT_CALLED))
                        .as("routines that the walks have left out")
                        .isEmpty());
            }
        }
    }

    private void ids() throws SQLException {
        String id = pgmb.text("select pgmb.create_event_id('2026-01-01 00:00+00', pgmb.create_random_bigint())");
        assertThat(pgmb.isTrue("select pgmb.extract_date_from_event_id(?) = '2026-01-01 00:00+00'", id))
                .isTrue();
        String published = pgmb.publish("id");
        assertThat(pgmb.column("select topic from pgmb.read_events(array[?]::pgmb.event_id[])", published))
                .containsExactly("id");
        pgmb.dispatch();
    }

    private void subscribers() throws SQLException {
        pgmb.subscribeToTopics("by topic", "a", "b.*");
        String expiring = pgmb.subscribe("by condition", "e.payload @> s.params", "{\"n\": 1}");
        pgmb.run("update pgmb.subscriptions set expiry_interval = '1 day' where id = ?", expiring);
        assertThat(pgmb.column("select id from pgmb.subscriptions where expiry_interval is not null"
                        + " and pgmb.add_interval_imm(last_active_at, expiry_interval) < now()"))
                .isEmpty();
        pgmb.publishNumbered("a", 3);
        pgmb.publishTo(expiring, "direct");
        assertThat(pgmb.number("select pgmb.poll_for_events()")).isEqualTo(5);
        assertThat(pgmb.received("by topic")).containsExactly("a", "a", "a");
        assertThat(pgmb.received("by condition")).containsExactly("a", "direct");
    }

    private void nodes() throws SQLException {
        Pgmb.Ownership owned = pgmb.own(NODE, GROUP);
        pgmb.publishNumbered("a", 3);
        assertThat(pgmb.tick().matches()).isEqualTo(7);
        assertThat(pgmb.isTrue("select pgmb.renew_lease(?)", NODE)).isTrue();
        assertThat(pgmb.read(NODE, owned, 0, 2)).hasSize(2);
        assertThat(pgmb.advance(NODE, owned, 0, 2)).isTrue();
        assertThat(pgmb.rows("select position, head, lag, owner from pgmb.group_status where group_id = ?", GROUP))
                .containsExactly(List.of("2", "3", "1", NODE));
        assertThat(pgmb.handOver(NODE, owned)).isTrue();
        assertThat(pgmb.takeOver(NODE)).hasSize(1);
        assertThat(pgmb.isTrue("select pgmb.withdraw_handler(?, ?)", NODE, owned.groupNo()))
                .isTrue();
        pgmb.run("select pgmb.remove_node(?)", NODE);
    }

    private void failures() throws SQLException {
        Pgmb.Ownership owned = pgmb.own(NODE, "failing handler");
        pgmb.publishNumbered("failing", 2);
        pgmb.dispatch();
        List<String> ids = pgmb.receivedIds("failing handler");
        assertThat(pgmb.rows("select * from pgmb.missing_events(?, ?, ?, 0, 9)", NODE, owned.groupNo(), owned.epoch()))
                .isEmpty();
        assertThat(pgmb.setAside(NODE, owned, 0, 2, Pgmb.again(1, 0, ids.get(0)), Pgmb.dead(1, ids.get(1))))
                .isTrue();
        assertThat(pgmb.rows("select due_in < '0', blocks from pgmb.next_retry(?)", owned.groupNo()))
                .containsExactly(List.of("t", "f"));
        assertThat(pgmb.rows("select retries, dead_letters from pgmb.group_status where group_id = 'failing handler'"))
                .containsExactly(List.of("1", "1"));
        Pgmb.Due due = pgmb.readRetries(NODE, owned, 9).get(0);
        assertThat(due).isEqualTo(new Pgmb.Due(due.retryNo(), 1, ids.get(0), "failing"));
        assertThat(pgmb.settle(NODE, owned, due.retryNo(), Pgmb.dead(2, ids.get(0))))
                .isTrue();
        assertThat(pgmb.deadLetters("failing handler")).containsExactlyElementsOf(ids);
        assertThat(pgmb.number(
                        "select pgmb.discard_dead_letters('failing handler', array[?]::pgmb.event_id[])", ids.get(1)))
                .isEqualTo(1);
        assertThat(pgmb.redrive("failing handler")).isEqualTo(1);
        assertThat(pgmb.settle(
                        NODE, owned, pgmb.readRetries(NODE, owned, 9).get(0).retryNo()))
                .isTrue();
        assertThat(pgmb.deadLetters("failing handler")).isEmpty();
        pgmb.run("select pgmb.remove_node(?)", NODE);
    }

    private void readers() throws SQLException {
        String cursor = pgmb.text(
                "select max(next_cursor) from pgmb.read_next_events('by topic', null, 2) having count(*) = 2");
        pgmb.run("select pgmb.set_group_cursor('by topic', ?, false)", cursor);
        assertThat(pgmb.column("select topic from pgmb.read_next_events('by topic', ?)", cursor))
                .containsExactly("a", "a", "a", "a");
        assertThat(pgmb.position("by topic")).isEqualTo(2);
        assertThat(pgmb.column("select topic from pgmb.read_next_events('by topic', peek => true)"))
                .hasSize(4);
        pgmb.run("select pgmb.release_group_lock('by topic')");
    }

    private void conditions() throws SQLException {
        pgmb.subscribe("failing", "1 / (e.payload ->> 'n')::int > 0");
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.publishNumbered("one", 1);
        pgmb.dispatch();
        assertThat(pgmb.received("failing")).containsExactly("one");
        assertThat(pgmb.number("select match_failures from pgmb.group_status where group_id = 'failing'"))
                .isEqualTo(1);
        pgmb.subscribe("hopeless", "1 / length(left(e.topic, 0)) = 1");
        pgmb.publishNumbered("a", 300);
        pgmb.dispatch();
        assertThat(pgmb.quarantine("hopeless")).isNotNull();
        assertThat(pgmb.release("hopeless")).isNotEmpty();
    }

    private void replays() throws SQLException {
        String first = pgmb.receivedIds("by topic").get(0);
        String subscription = pgmb.text("select id from pgmb.subscriptions where group_id = 'by topic'");
        assertThat(pgmb.column("select topic from pgmb.replay_events('by topic', ?, ?, 1000)", subscription, first))
                .isNotEmpty();
        pgmb.run("select pgmb.move_group('by topic', ?)", first);
        assertThat(pgmb.position("by topic")).isEqualTo(1);
    }

    private void scheduled() throws SQLException {
        String subscription = pgmb.subscribeToTopics("scheduled", "due");
        pgmb.publishAt(pgmb.text("select now() + interval '500 ms'"), "due", "{}", subscription);
        pgmb.publishTo(subscription, "pgmb-retry");
        pgmb.dispatch();
        assertThat(pgmb.received("scheduled")).containsExactly("pgmb-retry");
        pgmb.run("select pg_sleep(0.6)");
        pgmb.dispatch();
        assertThat(pgmb.received("scheduled")).containsExactly("pgmb-retry", "due");
    }

    private void cap() throws SQLException {
        assertThat(pgmb.number("select count(*) from pgmb.group_status where waiting_since is not null"))
                .isPositive();
        pgmb.configure("partition_retention_cap", "8 days");
        for (int day = 1; day < 12; day++) {
            pgmb.maintainInSteps(pgmb.text("select now() + ? * interval '1 day'", day));
        }
        assertThat(pgmb.number("select sum(dropped) from pgmb.group_status")).isPositive();
        assertThat(pgmb.number("select sum(pgmb.untold_losses(no)) from pgmb.subscription_groups"))
                .isPositive();
    }

    private void jobs() throws SQLException {
        pgmb.publish("later");
        pgmb.run("call pgmb.keep_ticking()");
        pgmb.run("call pgmb.maintain_in_steps()");
        pgmb.configure("use_pg_cron", "false");
        assertThat(pgmb.received("later")).hasSize(2);
    }

    private void tableEvents() throws SQLException {
        pgmb.run("create schema shop; create table shop.orders (id int, total int) partition by list (id);"
                + " create table shop.one partition of shop.orders for values in (1);"
                + " create table shop.two partition of shop.orders for values in (2);"
                + " select pgmb.push_table_mutations('shop.orders'), pgmb.push_table_mutations('shop.two');"
                + " insert into shop.orders values (1, 7); update shop.orders set id = 2; delete from shop.two;"
                + " select pgmb.stop_table_mutations_push('shop.two'), pgmb.stop_table_mutations_push('shop.orders');"
                + " insert into shop.orders values (2, 8)");
        assertThat(pgmb.column("select topic from pgmb.events where topic like 'shop.%' order by topic"))
                .containsExactly(
                        "shop.orders.delete",
                        "shop.orders.insert",
                        "shop.orders.update",
                        "shop.two.delete",
                        "shop.two.insert");
        pgmb.run("delete from pgmb.events where topic like 'shop.%'");
    }

    private void restored() throws SQLException {
        OtherCluster.restore(pgmb, 1_000_000);
        pgmb.publish("later");
        pgmb.dispatch();
        assertThat(pgmb.received("later")).hasSize(3);
    }

    /** Everything is acknowledged by nobody's being there any more. */
    private void maintenance() throws SQLException {
        pgmb.run("delete from pgmb.subscription_groups");
        for (int day = 1; day < 20; day++) {
            pgmb.maintainInSteps(pgmb.text("select now() + ? * interval '1 day'", day));
        }
        pgmb.maintain(pgmb.text("select now() + interval '20 days'"));
        assertThat(pgmb.number("select count(*) from pgmb.events")).isZero();
        assertThat(pgmb.partitions("pgmb.subscription_events")).hasSizeLessThan(19);
        pgmb.subscribe("later", Pgmb.ALL);
        pgmb.publish("later");
        pgmb.dispatch();
        assertThat(pgmb.received("later")).containsExactly("later");
    }
}
