package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Dispatcher;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
import io.github.pgmb.bench.measure.Publishers;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import java.util.List;
import java.util.function.Consumer;

/** What an event takes on disk and in the write-ahead log. The same in each round, so that one is enough. */
final class Space implements Measurement {

    private static final int EVENTS = 100_000;

    /** Where an event's bytes go. */
    private record Taken(double disk, double wal) {}

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        var events = effort.events(EVENTS);
        progress.accept("space");
        try (var store = cluster.store("space").subscribe(1, false)) {
            // Not later: after a checkpoint, the first reader of a new row logs its whole page, since it notes that the
            // row's
            // transaction has committed.
            store.checkpoint();
            var table = new Table("step", "disk, bytes/event", "of bare", "WAL, bytes/event", "of bare");
            var bare = taken(
                    store, "bench_bare", events, () -> Publishers.publish(store, Store.BARE, events, Store.BATCH, 1));
            row(table, "insert into a bare table", bare, bare);
            row(
                    table,
                    "publish",
                    taken(
                            store,
                            "pgmb.events",
                            events,
                            () -> Publishers.publish(store, Store.LOG, events, Store.BATCH, 1)),
                    bare);
            row(table, "tick", taken(store, "pgmb.subscription_events", events, () -> dispatch(store)), bare);
            row(table, "read and acknowledge", taken(store, "pgmb.progress", events, () -> read(store)), bare);
            return new Section(
                    "Space: batches of 100, one group, payloads of 1,024 characters",
                    table,
                    List.of("ticks of up to 50,000 events: with fewer, deliveries take more"));
        }
    }

    private static Taken taken(Store store, String relation, int events, Cost.Work work) throws Exception {
        var size = "select pg_total_relation_size('" + relation
                + "') + coalesce(sum(pg_total_relation_size(relid)), 0) from pg_partition_tree('" + relation + "')";
        var wal = "select pg_current_wal_insert_lsn() - '0/0'";
        var sizeBefore = store.number(size);
        var walBefore = store.number(wal);
        work.run();
        return new Taken(
                (double) (store.number(size) - sizeBefore) / events, (double) (store.number(wal) - walBefore) / events);
    }

    private static void dispatch(Store store) throws Exception {
        try (var dispatcher = new Dispatcher(store)) {
            dispatcher.dispatch();
        }
    }

    private static void read(Store store) throws Exception {
        try (var reader = new Reader(store, "bench-0")) {
            while (reader.next() > 0) {
                // until nothing is left
            }
        }
    }

    private static void row(Table table, String title, Taken taken, Taken bare) {
        table.row(
                title,
                Numbers.whole(taken.disk()),
                Numbers.twoDigits(taken.disk() / bare.disk()),
                Numbers.whole(taken.wal()),
                Numbers.twoDigits(taken.wal() / bare.wal()));
    }
}
