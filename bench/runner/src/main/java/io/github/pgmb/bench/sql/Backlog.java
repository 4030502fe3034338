package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Dispatcher;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
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

/** Backlogs of different sizes, dispatched again in each round: does an event cost more when many wait? */
final class Backlog implements Measurement {

    private static final int MILLION = 1_000_000;
    private static final int AT_LEAST = 100_000;
    private static final double MOST_TIMES = 1.5;
    private static final double MOST_SECONDS = 2;

    /** What has committed between two snapshots. */
    private record Window(String title, int events, String previous, String current) {

        /** Makes the next ticks dispatch it, as if it had just been found. */
        void await(Store store) throws SQLException {
            store.run("insert into pgmb.ticks (id, era, previous, snapshot, after_seq, to_seq, complete, events)"
                    + " select max(id) + 1, max(era), '" + previous + "', '" + current
                    + "', 0, 0, false, 0 from pgmb.ticks");
        }
    }

    /** A window, and what it took; {@code longest} is the longest statement. */
    private static final class Line {

        private final Window window;
        private final Series series = new Series();
        private double longest;

        Line(Window window) {
            this.window = window;
        }

        void play(Store store, int atLeast) throws Exception {
            var times = Math.max(1, atLeast / window.events());
            store.run("truncate pgmb.subscription_events");
            try (var dispatcher = new Dispatcher(store)) {
                series.add(Cost.of((long) window.events() * times, store.postmaster(), () -> {
                    for (var i = 0; i < times; i++) {
                        window.await(store);
                        dispatchAll(dispatcher);
                    }
                }));
                longest = Math.max(longest, dispatcher.longest().toNanos() / 1e9);
            }
        }

        private void dispatchAll(Dispatcher dispatcher) throws SQLException {
            // Not until nothing is left: what was published after the window is not its own.
            var found = dispatcher.dispatch(window.events());
            if (found != window.events()) {
                throw new IllegalStateException(window.title() + ": dispatched " + found);
            }
        }
    }

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        try (var store = cluster.store("backlog").subscribe(1, false)) {
            progress.accept("backlog: publishing");
            var lines = windows(store, effort).stream().map(Line::new).toList();
            for (var round = 0; round <= effort.rounds(); round++) {
                progress.accept("backlog, round " + round);
                for (var line : lines) {
                    line.play(store, effort.events(AT_LEAST));
                }
                if (round == 0) {
                    lines.forEach(line -> line.series.forgetWarmUp());
                }
            }
            return new Section("Backlog", table(lines), List.of());
        }
    }

    private static List<Window> windows(Store store, Effort effort) throws SQLException {
        var windows = new ArrayList<Window>();
        for (var full : List.of(10_000, AT_LEAST, MILLION)) {
            var events = effort.events(full);
            var before = snapshot(store);
            store.publish(events, 1);
            windows.add(new Window(
                    Numbers.whole(events) + " events, transactions of 100", events, before, snapshot(store)));
        }
        var events = effort.events(MILLION);
        var before = snapshot(store);
        store.publishAtOnce(events, 1);
        windows.add(new Window("one transaction of " + Numbers.whole(events), events, before, snapshot(store)));
        return windows;
    }

    private static String snapshot(Store store) throws SQLException {
        return store.ask("select pgmb.dispatch_snapshot()");
    }

    private static Table table(List<Line> lines) {
        var table = new Table(
                "backlog",
                "events/s",
                "cost of that of the smallest",
                "aim",
                "",
                "PostgreSQL µs/event",
                "longest statement s",
                "aim ",
                " ");
        var cost = Aim.atMost(MOST_TIMES, "×");
        var statement = Aim.atMost(MOST_SECONDS, "s");
        for (var line : lines) {
            var times = line.series.timesOf(lines.get(0).series);
            table.row(
                    line.window.title(),
                    Numbers.whole(line.series.rate()),
                    Numbers.twoDigits(times),
                    cost.text(),
                    cost.verdict(times),
                    Numbers.oneDigit(line.series.median(Cost::postgresMicros)),
                    Numbers.twoDigits(line.longest),
                    statement.text(),
                    statement.verdict(line.longest));
        }
        return table;
    }
}
