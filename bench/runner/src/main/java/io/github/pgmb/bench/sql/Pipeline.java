package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.load.Load;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Dispatcher;
import io.github.pgmb.bench.measure.Publishers;
import io.github.pgmb.bench.measure.Store;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Publishes, ticks, reads and acknowledges at the same time: each a connection of its own, two of them publishing. */
final class Pipeline {

    static final int PUBLISHERS = 2;

    private static final long PAUSE_MS = 1;
    private static final long LIMIT_NANOS = TimeUnit.MINUTES.toNanos(4);

    private final Store store;
    private final String group;

    Pipeline(Store store, String group) {
        this.store = store;
        this.group = group;
    }

    /** Until the last event is acknowledged. */
    Cost play(int events) throws Exception {
        var done = new AtomicBoolean();
        var threads = Executors.newFixedThreadPool(2);
        try (var publishers = new Publishers(store, Store.LOG, PUBLISHERS);
                var dispatcher = new Dispatcher(store);
                var reader = new Reader(store, group)) {
            var ticking = threads.submit(() -> tick(dispatcher, done));
            var reading = threads.submit(() -> read(reader, events));
            try {
                return publishers.run(new Load(events, Store.BATCH, PUBLISHERS), reading::get);
            } finally {
                done.set(true);
                ticking.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void tick(Dispatcher dispatcher, AtomicBoolean done) throws SQLException, InterruptedException {
        while (!done.get()) {
            if (dispatcher.tick() == 0) {
                Thread.sleep(PAUSE_MS);
            }
        }
        return null;
    }

    /** Returns when the last one was acknowledged. */
    private static long read(Reader reader, int events) throws SQLException, InterruptedException {
        var limit = System.nanoTime() + LIMIT_NANOS;
        for (var missing = events; missing > 0; ) {
            var received = reader.next();
            missing -= received;
            if (received == 0) {
                Thread.sleep(PAUSE_MS);
            }
            if (System.nanoTime() > limit) {
                throw new IllegalStateException(missing + " events were not received in time");
            }
        }
        return System.nanoTime();
    }
}
