package io.github.pgmb.bench.engine;

import io.github.pgmb.bench.load.Load;
import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Publishers;
import io.github.pgmb.bench.measure.Series;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.bench.report.Aim;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A backlog of eight groups handled by one node, in each way in which that can be done. */
final class HandlingRounds {

    private static final int SINGLE_TRANSACTIONS = 40_000;
    private static final int OTHERS = 120_000;

    private final Cluster cluster;
    private final Effort effort;
    private final String mode;
    private final Consumer<String> progress;
    private final Series bare = new Series();
    private final Series inserted = new Series();

    /** One line: with {@code baseline} it is compared. */
    private record Line(Handled how, int events, Series baseline, Aim aim, Series series) {}

    HandlingRounds(Cluster cluster, Effort effort, String mode, Consumer<String> progress) {
        this.cluster = cluster;
        this.effort = effort;
        this.mode = mode;
        this.progress = progress;
    }

    List<Section> measure() throws Exception {
        var lines = lines();
        try (var store = cluster.store("handling")) {
            store.run("create table bench_effects (id text primary key, handler int)");
            store.synchronousCommit(mode);
            for (var round = 0; round <= effort.rounds(); round++) {
                play(store, lines, "round " + round);
                if (round == 0) {
                    bare.forgetWarmUp();
                    inserted.forgetWarmUp();
                    lines.forEach(line -> line.series().forgetWarmUp());
                }
            }
            var title = "Handling a backlog of 8 groups, synchronous_commit = " + mode;
            var measured = new Section(title, table(lines), notes(store));
            return List.of(measured, profile(store));
        }
    }

    private List<Line> lines() {
        var single = effort.events(SINGLE_TRANSACTIONS);
        var others = effort.events(OTHERS);
        var transaction = new Series();
        var event = new Series();
        return List.of(
                new Line(new Handled(Unit.EVENT, true, false), single, inserted, rate(8_000), transaction),
                new Line(new Handled(Unit.EVENT, true, true), single, transaction, Aim.NONE, new Series()),
                new Line(new Handled(Unit.EVENT, false, false), others, bare, rate(25_000), event),
                new Line(new Handled(Unit.EVENT, false, true), others, event, Aim.NONE, new Series()),
                new Line(new Handled(Unit.BATCH, false, false), others, bare, rate(40_000), new Series()));
    }

    private static Aim rate(int least) {
        return Aim.atLeast(least, "events/s");
    }

    private void play(Store store, List<Line> lines, String round) throws Exception {
        progress.accept("handling, synchronous_commit = " + mode + ", " + round);
        store.empty();
        bare.add(Publishers.publish(store, Store.BARE, effort.events(OTHERS), Store.BATCH, Backlog.GROUPS));
        inserted.add(insert(store, effort.events(SINGLE_TRANSACTIONS)));
        for (var line : lines) {
            line.series().add(new Backlog(store).handle(line.how(), line.events(), () -> {}));
        }
    }

    /** What a transactional handler does, without a broker: as many threads, the same statements, pool and transactions. */
    private static Cost insert(Store store, int rows) throws Exception {
        store.run("truncate bench_effects");
        store.checkpoint();
        try (var pool = PlainNode.pool(store.url())) {
            var transactions = new LocalTransactions(pool);
            return Cost.of(new Load(rows, 1, Backlog.GROUPS)
                    .run(
                            Thread::new,
                            store.postmaster(),
                            (first, end) -> transactions.inTransaction(Duration.ZERO, () -> {
                                Handled.Work.enter("pm" + "0".repeat(14) + (10_000_000 + first), 0, transactions);
                                return first;
                            }),
                            Load.PUBLISHED));
        }
    }

    private Section profile(Store store) throws Exception {
        var how = new Handled(Unit.EVENT, true, false);
        progress.accept("where the time goes: " + how.title());
        var profile = new FunctionProfile(store.timeFunctions());
        var cost = new Backlog(store).handle(how, effort.events(SINGLE_TRANSACTIONS), profile::begin);
        return new Section(
                "Where the time goes: " + how.title() + ", synchronous_commit = " + mode,
                profile.table(cost),
                List.of("SQL functions that are inlined are not listed."));
    }

    private Table table(List<Line> lines) {
        var table = new Table(
                "handled", "events/s", "ratio", "to", "aim", "", "JVM µs/event", "PostgreSQL µs/event", "cores in use");
        row(table, "bare insert, batches of 100, 8 connections", bare, bare, "itself", Aim.NONE);
        row(table, "an insert and a commit, 8 threads", inserted, inserted, "itself", Aim.NONE);
        for (var line : lines) {
            row(table, line.how().title(), line.series(), line.baseline(), name(line.baseline()), line.aim());
        }
        return table;
    }

    private String name(Series baseline) {
        if (baseline.equals(bare)) {
            return "bare insert";
        }
        return baseline.equals(inserted) ? "insert and commit" : "without failures";
    }

    private static void row(Table table, String title, Series series, Series baseline, String name, Aim aim) {
        table.row(
                title,
                Numbers.whole(series.rate()),
                Numbers.twoDigits(series.rateOf(baseline)),
                name,
                aim.text(),
                aim.verdict(series.rate()),
                Numbers.oneDigit(series.median(Cost::clientMicros)),
                Numbers.oneDigit(series.median(Cost::postgresMicros)),
                Numbers.twoDigits(series.median(Cost::cores)));
    }

    private static List<String> notes(Store store) throws SQLException {
        return List.of("partitions of the log "
                + store.ask("select count(*) from pg_inherits where inhparent = 'pgmb.events'::regclass")
                + ", synchronous_commit " + store.ask("show synchronous_commit") + ", fsync " + store.ask("show fsync")
                + ", at most " + PlainNode.CONNECTIONS + " connections, of which 8 handle; PostgreSQL "
                + store.ask("show server_version"));
    }
}
