package io.github.pgmb.sql;

import io.github.pgmb.test.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** A session with the broker's verbs. */
final class Pgmb extends Session {
    static final String ALL = "TRUE";
    static final String TOPICAL = "pgmb.topic_matches(s.params -> 'topics', e.topic)";
    static final long LEASE_MS = 10_000;

    private static final int MOST_TICKS = 50_000;
    private static final int MOST_STEPS = 20;

    Pgmb(Connection connection) {
        super(connection);
    }

    record Tick(boolean busy, long matches, boolean more) {}

    record Delivery(long lastPosition, List<String> eventIds, List<String> subscriptionIds) {}

    record Ownership(long groupNo, long epoch, long position) {}

    record Event(long position, String id, String topic) {}

    /** An event of a retry that is due. */
    record Due(long retryNo, int attempts, String id, String topic) {}

    /** A copy of a database in which the script ran once. */
    static TestDatabase installed() {
        return TestDatabase.preparedBy("pgmb", owner -> new Pgmb(owner).install());
    }

    static String script() {
        try {
            return Files.readString(Path.of("pgmb.sql"));
        } catch (IOException e) {
            throw new IllegalStateException("Tests run in the module's folder", e);
        }
    }

    void install() throws SQLException {
        install(script());
    }

    /** In one transaction. */
    void install(String script) throws SQLException {
        begin();
        try {
            run("set local standard_conforming_strings = on");
            // As one literal: the driver would cut the script into statements, and does not know where functions end.
            run("do $install$ begin execute $script$" + script + "$script$; end $install$");
            commit();
        } catch (SQLException e) {
            if (!e.getSQLState().startsWith("08") && !e.getSQLState().startsWith("57P")) {
                rollback();
            }
            throw e;
        }
    }

    /** As if just installed: for tests that change what others in their class rely on. */
    void reinstall() throws SQLException {
        run("drop schema pgmb cascade");
        install();
    }

    /** Like {@link #reinstall}, but quicker; numbers go on, and settings stay. */
    void forgetEverything() throws SQLException {
        run("delete from pgmb.subscription_groups; delete from pgmb.nodes; delete from pgmb.dead_letters;"
                + " delete from pgmb.quarantines");
        dispatch();
        run("delete from pgmb.events; delete from pgmb.scheduled_events; delete from pgmb.subscription_events");
    }

    void configure(String key, String value) throws SQLException {
        run("update pgmb.config set value = ? where id = ?::pgmb.config_type", value, key);
    }

    // publishing

    String publish(String topic) throws SQLException {
        return publish(topic, "{}");
    }

    String publish(String topic, String payload) throws SQLException {
        return text("insert into pgmb.events (topic, payload) values (?, ?::jsonb) returning id", topic, payload);
    }

    String publishTo(String subscriptionId, String topic) throws SQLException {
        return text(
                "insert into pgmb.events (topic, payload, subscription_id) values (?, '{}', ?) returning id",
                topic,
                subscriptionId);
    }

    /** With an id of that time. */
    String publishAt(String timestamp, String topic) throws SQLException {
        return text(
                "insert into pgmb.events (id, topic, payload) values"
                        + " (pgmb.create_event_id(?::timestamptz, nextval('pgmb.id_suffix')), ?, '{}') returning id",
                timestamp,
                topic);
    }

    /** With an id of that time, named by a subscription. */
    String publishAt(String timestamp, String topic, String payload, String subscriptionId) throws SQLException {
        return text(
                "insert into pgmb.events (id, topic, payload, subscription_id) values"
                        + " (pgmb.create_event_id(?::timestamptz, pgmb.create_random_bigint()), ?, ?::jsonb, ?) returning id",
                timestamp,
                topic,
                payload,
                subscriptionId);
    }

    /** Events with the payloads {"n": 1}, {"n": 2} … */
    void publishNumbered(String topic, int count) throws SQLException {
        run(
                "insert into pgmb.events (topic, payload)"
                        + " select ?, jsonb_build_object('n', n) from generate_series(1, ?) n",
                topic,
                count);
    }

    // dispatching

    Tick tick() throws SQLException {
        List<String> row = rows("select busy, matches, more from pgmb.tick()").get(0);
        return new Tick("t".equals(row.get(0)), Long.parseLong(row.get(1)), "t".equals(row.get(2)));
    }

    /** As the engine does it: with the limit that is configured. */
    Tick limitedTick() throws SQLException {
        List<String> row = lastRows("select pgmb.limit_tick(); select busy, matches, more from pgmb.tick()")
                .get(0);
        return new Tick("t".equals(row.get(0)), Long.parseLong(row.get(1)), "t".equals(row.get(2)));
    }

    /** Ticks with the limit until nothing is left; how often. */
    int limitedDispatch() throws SQLException {
        int ticks = 1;
        while (limitedTick().more()) {
            if (++ticks == MOST_TICKS) {
                throw new IllegalStateException("There is always more");
            }
        }
        return ticks;
    }

    /** Ticks until nothing is left. */
    void dispatch() throws SQLException {
        Tick tick = tick();
        for (int ticks = 1; tick.busy() || tick.more(); ticks++) {
            if (ticks == MOST_TICKS) {
                throw new IllegalStateException("There is always more: " + tick);
            }
            tick = tick();
        }
    }

    /** From here on it is that time for all ticks. The clock of those who publish goes on. */
    void stopClockAt(String timestamp) throws SQLException {
        run(
                "create table if not exists public.stopped_clock (ts timestamptz not null); delete from public.stopped_clock");
        run("insert into public.stopped_clock values (?::timestamptz)", timestamp);
        tickByTheClock("(select c.ts from public.stopped_clock c)");
    }

    /** From here on that expression is the time for all ticks. */
    void tickByTheClock(String expression) throws SQLException {
        setClock("pgmb.tick()", expression);
    }

    /** From here on that expression is the time for one routine. */
    void setClock(String routine, String expression) throws SQLException {
        run(text("select pg_get_functiondef(?::regprocedure)", routine).replace("clock_timestamp()", expression));
    }

    /** The ids of what is due later, next first. */
    List<String> scheduledIds() throws SQLException {
        return column("select id from pgmb.scheduled_events order by due_at, seq");
    }

    // subscribing

    String subscribe(String group, String condition) throws SQLException {
        return subscribe(group, condition, "{}");
    }

    /** Asserts group and subscription; returns the subscription's id. */
    String subscribe(String group, String condition, String params) throws SQLException {
        run("insert into pgmb.subscription_groups (id) values (?) on conflict do nothing", group);
        return text(
                "insert into pgmb.subscriptions (group_id, conditions_sql, params) values (?, ?, ?::jsonb)"
                        + " on conflict (identity) do update set params = excluded.params returning id",
                group,
                condition,
                params);
    }

    String subscribeToTopics(String group, String... topics) throws SQLException {
        return subscribe(group, TOPICAL, "{\"topics\": [\"" + String.join("\", \"", Arrays.asList(topics)) + "\"]}");
    }

    void unsubscribe(String subscriptionId) throws SQLException {
        run("delete from pgmb.subscriptions where id = ?", subscriptionId);
    }

    // what arrived

    long groupNo(String group) throws SQLException {
        return number("select no from pgmb.subscription_groups where id = ?", group);
    }

    /** The topics of all events assigned to a group, in its order. */
    List<String> received(String group) throws SQLException {
        return column(
                "select e.topic from " + ASSIGNED + " left join pgmb.events e on e.id = u.id where g.id = ?"
                        + " order by d.last_position, u.n",
                group);
    }

    /** The ids of all events assigned to a group, in its order. */
    List<String> receivedIds(String group) throws SQLException {
        return column("select u.id from " + ASSIGNED + " where g.id = ? order by d.last_position, u.n", group);
    }

    private static final String ASSIGNED =
            "pgmb.subscription_events d join pgmb.subscription_groups g on g.no = d.group_no"
                    + " cross join lateral unnest(d.event_ids) with ordinality u (id, n)";

    List<Delivery> deliveries(String group) throws SQLException {
        return rows(
                        "select d.last_position, array_to_string(d.event_ids, ','), array_to_string(d.subscription_ids, ',')"
                                + " from pgmb.subscription_events d join pgmb.subscription_groups g on g.no = d.group_no"
                                + " where g.id = ? order by d.last_position",
                        group)
                .stream()
                .map(row -> new Delivery(Long.parseLong(row.get(0)), list(row.get(1)), list(row.get(2))))
                .toList();
    }

    /** What its quarantine says, of a group with one subscription; null if it is not in one. */
    String quarantine(String group) throws SQLException {
        return text("select quarantine from pgmb.subscription_status where group_id = ?", group);
    }

    /** Releases the only subscription of a group; all events that were dispatched while it was in quarantine. */
    List<String> release(String group) throws SQLException {
        var gap = rows(
                        "select r.* from pgmb.subscriptions s cross join lateral pgmb.release_quarantine(s.id) r"
                                + " where s.group_id = ?",
                        group)
                .get(0);
        var missed = replay(subscribe("witness of " + group, ALL), gap.get(0));
        return missed.subList(0, missed.indexOf(gap.get(1)) + 1);
    }

    private static List<String> list(String joined) {
        return List.of(joined.split(",", -1));
    }

    /** What a subscription is given once more, as ids. */
    List<String> replay(String subscriptionId, String fromEventId) throws SQLException {
        return column("select id from pgmb.replay_events('any', ?, ?, 1000000)", subscriptionId, fromEventId);
    }

    /** The id of this moment. */
    String momentId() throws SQLException {
        return text("select pgmb.create_event_id(clock_timestamp(), 0)");
    }

    // owning

    void register(String node) throws SQLException {
        register(node, LEASE_MS);
    }

    /** For tests that maintain as of a time far ahead, by which the node seems to have vanished. */
    void neverForget(String node) throws SQLException {
        run("update pgmb.nodes set renewed_at = 'infinity' where node = ?", node);
    }

    void register(String node, long leaseMs) throws SQLException {
        run("select pgmb.register_node(?, ? * interval '1 ms')", node, leaseMs);
    }

    /** A handler of all events. */
    long declare(String node, String group) throws SQLException {
        return declare(node, group, ALL);
    }

    long declare(String node, String group, String condition) throws SQLException {
        return number("select pgmb.declare_handler(?, ?, ?, '{}')", node, group, condition);
    }

    List<Ownership> takeOver(String node, long... held) throws SQLException {
        return rows("select group_no, epoch, \"position\" from pgmb.take_over(?, ?)", node, held).stream()
                .map(row -> new Ownership(
                        Long.parseLong(row.get(0)), Long.parseLong(row.get(1)), Long.parseLong(row.get(2))))
                .toList();
    }

    /** Registers, declares a handler of all events and takes the group over. */
    Ownership own(String node, String group) throws SQLException {
        register(node);
        long groupNo = declare(node, group);
        long[] held = column("select group_no from pgmb.group_owner where node = ?", node).stream()
                .mapToLong(Long::parseLong)
                .toArray();
        return takeOver(node, held).stream()
                .filter(taken -> taken.groupNo() == groupNo)
                .findFirst()
                .orElseThrow();
    }

    List<Event> read(String node, Ownership owned, long after, int atMost) throws SQLException {
        return rows(
                        "select \"position\", id, topic from pgmb.read_group(?, ?, ?, ?, ?)",
                        node,
                        owned.groupNo(),
                        owned.epoch(),
                        after,
                        atMost)
                .stream()
                .map(row -> new Event(Long.parseLong(row.get(0)), row.get(1), row.get(2)))
                .toList();
    }

    boolean advance(String node, Ownership owned, long from, long to) throws SQLException {
        return isTrue("select pgmb.advance(?, ?, ?, ?, ?)", node, owned.groupNo(), owned.epoch(), from, to);
    }

    boolean handOver(String node, Ownership owned) throws SQLException {
        return isTrue("select pgmb.hand_over(?, ?, ?)", node, owned.groupNo(), owned.epoch());
    }

    // failures

    /** What is to be handled again. */
    static String again(int attempts, long delayMs, String... eventIds) {
        return failed(attempts, "\"delay_ms\": " + delayMs, eventIds);
    }

    /** What is not to be handled again. */
    static String dead(int attempts, String... eventIds) {
        return failed(attempts, "\"reason\": \"attempts\"", eventIds);
    }

    private static String failed(int attempts, String consequence, String... eventIds) {
        return "{\"event_ids\": [\"%s\"], \"attempts\": %d, \"message\": \"failed %d times\", \"causes\": [], %s}"
                .formatted(String.join("\", \"", eventIds), attempts, attempts, consequence);
    }

    boolean setAside(String node, Ownership owned, long from, long to, String... failed) throws SQLException {
        return isTrue(
                "select pgmb.set_aside(?, ?, ?, ?, ?, ?::jsonb)",
                node,
                owned.groupNo(),
                owned.epoch(),
                from,
                to,
                List.of(failed).toString());
    }

    List<Due> readRetries(String node, Ownership owned, int atMost) throws SQLException {
        return rows(
                        "select no, attempts, id, topic from pgmb.read_retries(?, ?, ?, ?)",
                        node,
                        owned.groupNo(),
                        owned.epoch(),
                        atMost)
                .stream()
                .map(row -> new Due(Long.parseLong(row.get(0)), Integer.parseInt(row.get(1)), row.get(2), row.get(3)))
                .toList();
    }

    boolean settle(String node, Ownership owned, long retryNo, String... failed) throws SQLException {
        return isTrue(
                "select pgmb.settle_retry(?, ?, ?, ?, ?::jsonb)",
                node,
                owned.groupNo(),
                owned.epoch(),
                retryNo,
                List.of(failed).toString());
    }

    /** All that are idle, at once. */
    long redrive(String group) throws SQLException {
        return number("select pgmb.redrive_dead_letters(?)", group);
    }

    long discard(String group) throws SQLException {
        return number("select pgmb.discard_dead_letters(?)", group);
    }

    /** The ids of the events, in their order. */
    List<String> deadLetters(String group) throws SQLException {
        return column("select event_id from pgmb.list_dead_letters(?, null, 1000000)", group);
    }

    long position(String group) throws SQLException {
        return number("select pgmb.group_position(?)", groupNo(group));
    }

    long head(String group) throws SQLException {
        return number("select pgmb.group_head(?)", groupNo(group));
    }

    // partitions

    /** One call in one transaction, at that time. */
    void maintain(String timestamp) throws SQLException {
        run("call pgmb.maintain_events_table(?::timestamptz)", timestamp);
    }

    /**
     * Step by step, each in a transaction of its own; returns how many did something. Not for ever: as of a time that lies ahead,
     * every tick meanwhile is old enough for its deliveries to be closed.
     */
    int maintainInSteps(String timestamp) throws SQLException {
        int steps = 0;
        while (steps < MOST_STEPS && isTrue("select pgmb.maintenance_step(?::timestamptz)", timestamp)) {
            steps++;
        }
        run("select pgmb.clean_up(?::timestamptz)", timestamp);
        return steps;
    }

    /** Bounds of the partitions of a table, lowest first; a dash stands for an open end. */
    List<List<String>> partitions(String table) throws SQLException {
        return rows(
                "select coalesce(lower_bound, '-'), coalesce(upper_bound, '-') from pgmb.partitions(?::regclass)"
                        + " order by lower_bound collate \"C\" nulls first",
                table);
    }
}
