package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A backlog that is dispatched in steps and read in chunks: nothing lost, order kept, whatever the planner knows and may do. */
class BacklogTest {
    private static final String GROUP = "group";
    private static final String NODE = "node";
    private static final int EVENTS = LongForm.or(20_000, 200_000);
    private static final int TRANSACTIONS = 10;
    private static final List<Integer> SUBSCRIPTIONS = List.of(1, 50, 500);
    private static final List<Integer> CHUNKS = List.of(100, 1_000);
    /** What the planner knows or must not use. */
    private static final List<String> PLANS = List.of(
            "reset all",
            "analyze",
            "set plan_cache_mode = force_generic_plan",
            "set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off",
            "set enable_nestloop = off; set enable_material = off; set enable_hashagg = off",
            "set enable_sort = off; set enable_incremental_sort = off");

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    /** In the short form, each kind of plans with one number of subscriptions. */
    static Stream<Arguments> cases() {
        return IntStream.range(0, PLANS.size())
                .boxed()
                .flatMap(plans -> IntStream.range(0, SUBSCRIPTIONS.size())
                        .filter(n -> LongForm.wanted() || n == plans % SUBSCRIPTIONS.size())
                        .mapToObj(n -> arguments(PLANS.get(plans), SUBSCRIPTIONS.get(n))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isReadInFullAndInOrder(String plans, int subscriptions) throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        keepStatisticsAway();
        pgmb.configure("poll_chunk_size", Integer.toString(EVENTS / 4));
        Ownership owned = own();
        subscribe(subscriptions);
        publish(subscriptions);
        pgmb.run(plans);
        pgmb.dispatch();
        // Once more for what has been written since.
        pgmb.run(plans);
        List<Integer> published = IntStream.rangeClosed(1, EVENTS).boxed().toList();
        for (int chunk : CHUNKS) {
            assertThat(readAsANode(owned, chunk)).isEqualTo(published);
        }
        pgmb.handOver(NODE, owned);
        for (int chunk : CHUNKS) {
            assertThat(readByCursor(chunk)).isEqualTo(published);
        }
    }

    /** The group belongs to a node, but what it receives is what the test subscribes to. */
    private Ownership own() throws SQLException {
        Ownership owned = pgmb.own(NODE, GROUP);
        pgmb.run("delete from pgmb.subscriptions");
        return owned;
    }

    private void keepStatisticsAway() throws SQLException {
        for (String partition : pgmb.column("select partition from pgmb.partitions('pgmb.events')"
                + " union all select partition from pgmb.partitions('pgmb.subscription_events')"
                + " union all select oid::regclass from pg_class where relnamespace = 'pgmb'::regnamespace"
                + " and relkind = 'r' and not relispartition")) {
            pgmb.run("alter table " + partition + " set (autovacuum_enabled = off)");
        }
    }

    private void subscribe(int subscriptions) throws SQLException {
        pgmb.run(
                "insert into pgmb.subscriptions (group_id, conditions_sql, params)"
                        + " select ?, ?, jsonb_build_object('topics', array['topic-' || n]) from generate_series(0, ? - 1) n",
                GROUP,
                Pgmb.TOPICAL,
                subscriptions);
    }

    /** To each subscription in turn: with several of them, each event begins another row of deliveries. */
    private void publish(int subscriptions) throws SQLException {
        int each = EVENTS / TRANSACTIONS;
        for (int first = 1; first <= EVENTS; first += each) {
            pgmb.run(
                    "insert into pgmb.events (topic, payload)"
                            + " select 'topic-' || n % ?, jsonb_build_object('n', n) from generate_series(?, ?) n order by n",
                    subscriptions, first, first + each - 1);
        }
    }

    private List<Integer> readAsANode(Ownership owned, int chunk) throws SQLException {
        List<Integer> all = new ArrayList<>();
        while (true) {
            List<String> read = pgmb.column(
                    "select payload::jsonb ->> 'n' from pgmb.read_group(?, ?, ?, ?, ?)",
                    NODE,
                    owned.groupNo(),
                    owned.epoch(),
                    (long) all.size(),
                    chunk);
            if (read.isEmpty()) {
                return all;
            }
            read.forEach(n -> all.add(Integer.valueOf(n)));
        }
    }

    /** Ends its readership without having stored anything. */
    private List<Integer> readByCursor(int chunk) throws SQLException {
        List<Integer> all = new ArrayList<>();
        String cursor = null;
        while (true) {
            List<List<String>> read = pgmb.rows(
                    "select payload ->> 'n', next_cursor from pgmb.read_next_events(?, ?::pgmb.event_id, ?)",
                    GROUP,
                    cursor,
                    chunk);
            if (read.isEmpty()) {
                pgmb.run("select pgmb.release_group_lock(?)", GROUP);
                return all;
            }
            cursor = read.get(0).get(1);
            read.forEach(row -> all.add(Integer.valueOf(row.get(0))));
        }
    }
}
