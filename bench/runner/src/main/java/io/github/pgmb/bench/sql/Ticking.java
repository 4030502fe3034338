package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Dispatcher;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
import io.github.pgmb.bench.measure.Publishers;
import io.github.pgmb.bench.measure.Series;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.bench.report.Aim;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Ticks over what was published before, by kinds and numbers of subscriptions. */
final class Ticking implements Measurement {

    private static final int EVENTS = 50_000;
    private static final int FAN_OUT = 100;

    /** One line: what its database holds, and what it took. Each event has {@code matches}. */
    private record Line(String title, Store store, int events, int topics, int matches, Aim aim, Series series) {

        void play() throws Exception {
            store.empty();
            store.publish(events, topics);
            try (var dispatcher = new Dispatcher(store)) {
                series.add(Cost.of(events, store.postmaster(), () -> dispatchAll(dispatcher)));
            }
        }

        private void dispatchAll(Dispatcher dispatcher) throws SQLException {
            var found = dispatcher.dispatch();
            if (found != (long) events * matches) {
                throw new IllegalStateException(title + ": " + found + " matches of " + events + " events");
            }
        }

        double measured() {
            return series.rate() * matches;
        }
    }

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        var lines = new ArrayList<Line>();
        var bare = new Series();
        try (var publishing = cluster.store("bare")) {
            addLines(lines, cluster, effort);
            for (var round = 0; round <= effort.rounds(); round++) {
                progress.accept("tick, round " + round);
                publishing.empty();
                bare.add(Publishers.publish(publishing, Store.BARE, effort.events(EVENTS), Store.BATCH, 1));
                for (var line : lines) {
                    line.play();
                }
                if (round == 0) {
                    bare.forgetWarmUp();
                    lines.forEach(line -> line.series().forgetWarmUp());
                }
            }
        } finally {
            for (var line : lines) {
                line.store().close();
            }
        }
        return new Section(
                "Tick",
                table(lines, bare),
                List.of("baseline: " + Numbers.whole(bare.rate())
                        + " rows/s into a bare table, batches of 100, one connection"));
    }

    private static void addLines(List<Line> lines, Cluster cluster, Effort effort) throws SQLException {
        for (var subscriptions : List.of(1, 100, 1_000, 10_000)) {
            var aim = Aim.atLeast(subscriptions > 1_000 ? 30_000 : 50_000, "events/s");
            lines.add(new Line(
                    Numbers.whole(subscriptions) + " subscriptions of one topical condition, a group each",
                    cluster.store("topics_" + subscriptions).subscribe(subscriptions, false),
                    effort.events(EVENTS),
                    subscriptions,
                    1,
                    aim,
                    new Series()));
        }
        lines.add(new Line(
                "10,000 subscriptions of one topical condition, one group",
                cluster.store("shared").subscribe(10_000, true),
                effort.events(EVENTS),
                10_000,
                1,
                Aim.NONE,
                new Series()));
        for (var conditions : List.of(1, 10, 100)) {
            lines.add(new Line(
                    conditions + " distinct conditions on payloads",
                    conditions(cluster.store("conditions_" + conditions), conditions),
                    effort.events(EVENTS / 5),
                    1,
                    1,
                    conditions == 100 ? Aim.atLeast(25_000, "events/s") : Aim.NONE,
                    new Series()));
        }
        lines.add(new Line(
                "fan-out to 100 subscriptions, a group each",
                fanOut(cluster.store("fan_out")),
                effort.events(EVENTS / 5),
                1,
                FAN_OUT,
                Aim.atLeast(500_000, "matches/s"),
                new Series()));
    }

    private static Store fanOut(Store store) throws SQLException {
        return store.run(
                ("insert into pgmb.subscription_groups (id) select 'bench-' || n from generate_series(1, %1$d) n;"
                                + "insert into pgmb.subscriptions (group_id, conditions_sql, params) select 'bench-' || n, '%2$s',"
                                + " '{\"topics\": [\"bench.0\"]}' from generate_series(1, %1$d) n")
                        .formatted(FAN_OUT, Store.TOPICAL));
    }

    /** Each of another text and another group; each event meets one of them. */
    private static Store conditions(Store store, int conditions) throws SQLException {
        return store.run(
                ("insert into pgmb.subscription_groups (id) select 'bench-' || n from generate_series(0, %1$d - 1) n;"
                                + "insert into pgmb.subscriptions (group_id, conditions_sql) select 'bench-' || n,"
                                + " '(e.payload ->> ''number'')::bigint %% %1$d = ' || n from generate_series(0, %1$d - 1) n")
                        .formatted(conditions));
    }

    private static Table table(List<Line> lines, Series bare) {
        var table = new Table("subscriptions", "per second", "events/s of bare", "aim", "", "PostgreSQL µs/event");
        for (var line : lines) {
            table.row(
                    line.title(),
                    Numbers.whole(line.measured()),
                    Numbers.twoDigits(line.series().rateOf(bare)),
                    line.aim().text(),
                    line.aim().verdict(line.measured()),
                    Numbers.oneDigit(line.series().median(Cost::postgresMicros)));
        }
        return table;
    }
}
