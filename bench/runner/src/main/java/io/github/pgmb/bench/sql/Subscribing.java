package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
import io.github.pgmb.bench.measure.Series;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.bench.report.Aim;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** Group and subscription asserted, a transaction for each, through one connection. */
final class Subscribing implements Measurement {

    private static final int SUBSCRIPTIONS = 3_000;
    private static final int EXISTING = 10_000;
    private static final Aim AIM = Aim.atLeast(2_000, "/s");

    private static final String GROUP = "insert into pgmb.subscription_groups (id) values (?) on conflict do nothing";
    private static final String SUBSCRIPTION = "insert into pgmb.subscriptions (group_id, conditions_sql, params)"
            + " values (?, '" + Store.TOPICAL + "', jsonb_build_object('topics', array[?::text]))"
            + " on conflict (identity) do update set last_active_at = now()";
    private static final String ROW =
            "insert into bench_keys (id, payload) values (?, jsonb_build_object('topics', array[?::text]))";

    /** Of keys {@code first}, {@code first} + 1, …; so many. */
    private record Line(String title, int first, int count, Aim aim, Series series) {

        void play(Store store) throws Exception {
            try (var connection = store.connect();
                    var group = connection.prepareStatement(GROUP);
                    var subscription = connection.prepareStatement(SUBSCRIPTION)) {
                connection.setAutoCommit(false);
                series.add(Cost.of(count, store.postmaster(), () -> {
                    for (var n = first; n < first + count; n++) {
                        group.setString(1, "bench-" + n);
                        group.execute();
                        named(subscription, n);
                        connection.commit();
                    }
                }));
            }
        }
    }

    private static void named(PreparedStatement insert, int n) throws SQLException {
        insert.setString(1, "bench-" + n);
        insert.setString(2, "bench." + n);
        insert.execute();
    }

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        var count = effort.count(SUBSCRIPTIONS);
        var bare = new Series();
        var fresh = new Line("new ones, with none existing", EXISTING, count, AIM, new Series());
        var emptied = new Line("new ones, vacuumed when all were deleted", EXISTING, count, AIM, new Series());
        var more = new Line("new ones, with 10,000 existing", EXISTING, count, AIM, new Series());
        var again = new Line("existing ones again, of 10,000", 0, count, AIM, new Series());
        var lines = List.of(fresh, emptied, more, again);
        for (var round = 0; round <= effort.rounds(); round++) {
            progress.accept("subscribe, round " + round);
            // New databases: what a round leaves, and what vacuum notes of it, changes the plans of the next one.
            try (var none = store(cluster, "subscribe_none");
                    var many = store(cluster, "subscribe_many").subscribe(EXISTING, false)) {
                bare.add(insertRows(none, count));
                fresh.play(none);
                deleteAll(none);
                emptied.play(none);
                more.play(many);
                again.play(many);
            }
            if (round == 0) {
                bare.forgetWarmUp();
                lines.forEach(line -> line.series().forgetWarmUp());
            }
        }
        return new Section(
                "Subscriptions asserted",
                table(lines, bare),
                List.of("baseline: " + Numbers.whole(bare.rate()) + " rows/s into a bare table with a key"));
    }

    /** The condition is known in all of them: to check it takes as long as a hundred subscriptions. */
    private static Store store(Cluster cluster, String name) throws SQLException {
        return cluster.store(name)
                .run("select pgmb.create_condition('" + Store.TOPICAL + "')")
                .run("create table bench_keys (id text primary key, payload jsonb)");
    }

    private static void deleteAll(Store store) throws SQLException {
        store.run("delete from pgmb.subscription_groups");
        store.run("vacuum pgmb.subscription_groups, pgmb.subscriptions, pgmb.subscription_topics");
    }

    private static Cost insertRows(Store store, int count) throws Exception {
        try (var connection = store.connect();
                var insert = connection.prepareStatement(ROW)) {
            return Cost.of(count, store.postmaster(), () -> {
                for (var n = 0; n < count; n++) {
                    named(insert, n);
                }
            });
        }
    }

    private static Table table(List<Line> lines, Series bare) {
        var table = new Table("subscriptions", "per second", "of bare", "aim", "", "PostgreSQL µs each");
        for (var line : lines) {
            var rate = line.series().rate();
            table.row(
                    line.title(),
                    Numbers.whole(rate),
                    Numbers.twoDigits(line.series().rateOf(bare)),
                    line.aim().text(),
                    line.aim().verdict(rate),
                    Numbers.whole(line.series().median(Cost::postgresMicros)));
        }
        return table;
    }
}
