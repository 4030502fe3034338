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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Everything at once, while a client that sleeps in a transaction keeps old versions of rows from being removed. */
final class HeldSnapshot implements Measurement {

    private static final int EVENTS = 100_000;
    private static final double LEAST_SHARE = 0.95;
    private static final List<String> HOT = List.of("ticks", "progress", "nodes", "group_owner", "dispatcher");

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        var free = new Series();
        var held = new Series();
        try (var freely = cluster.store("free").subscribe(1, false);
                var holding = cluster.store("held").subscribe(1, false);
                var sleeper = holding.connect()) {
            sleep(sleeper);
            for (var round = 0; round <= effort.rounds(); round++) {
                progress.accept("snapshot, round " + round);
                free.add(new Pipeline(freely, "bench-0").play(effort.events(EVENTS)));
                held.add(new Pipeline(holding, "bench-0").play(effort.events(EVENTS)));
                if (round == 0) {
                    free.forgetWarmUp();
                    held.forgetWarmUp();
                }
            }
            return new Section(
                    "A snapshot that is held for the whole run",
                    table(free, held),
                    List.of("size in KiB without: " + sizes(freely), "size in KiB with it: " + sizes(holding)));
        }
    }

    private static void sleep(Connection sleeper) throws SQLException {
        sleeper.setAutoCommit(false);
        sleeper.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (var statement = sleeper.createStatement()) {
            statement.execute("select count(*) from pgmb.ticks");
        }
    }

    private static String sizes(Store store) throws SQLException {
        var sizes = new ArrayList<String>();
        for (var table : HOT) {
            sizes.add(table + " "
                    + store.ask("select pg_total_relation_size('pgmb." + table
                            + "') / 1024 || ' (' || count(*) || ' rows)' from pgmb." + table));
        }
        return String.join(", ", sizes);
    }

    private static Table table(Series free, Series held) {
        var table = new Table(
                "publish, tick, read, acknowledge", "events/s", "of without", "aim", "", "PostgreSQL µs/event");
        row(table, "without", free, free, Aim.NONE);
        row(table, "with a held snapshot", held, free, Aim.atLeast(LEAST_SHARE, "of without"));
        return table;
    }

    private static void row(Table table, String title, Series series, Series free, Aim aim) {
        var share = series.rateOf(free);
        table.row(
                title,
                Numbers.whole(series.rate()),
                Numbers.twoDigits(share),
                aim.text(),
                aim.verdict(share),
                Numbers.oneDigit(series.median(Cost::postgresMicros)));
    }
}
