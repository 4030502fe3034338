package io.github.pgmb.bench.engine;

import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Dispatcher;
import io.github.pgmb.bench.measure.Store;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Events of {@link #GROUPS} topics that wait for a node with as many handlers, and that node's way through them. */
final class Backlog {

    static final int GROUPS = 8;

    private static final Duration LEASE = Duration.ofSeconds(10);

    private final Store store;

    Backlog(Store store) {
        this.store = store;
    }

    /** Something to be done between publishing and handling. */
    @FunctionalInterface
    interface Between {
        void run() throws SQLException;
    }

    /** From the moment when the first worker begins to the last event; before that nothing has been read. */
    Cost handle(Handled handled, int events, Between between) throws Exception {
        // Positions begin again with the deliveries.
        store.run("truncate pgmb.progress, pgmb.retries, pgmb.dead_letters, bench_effects");
        store.empty();
        var gate = new CountDownLatch(1);
        // Ticks by itself it would only disturb: there is nothing left to be dispatched.
        var settings = PlainNode.settings("bench", Duration.ZERO, LEASE);
        var work = handled.work(events);
        try (var node = new PlainNode(
                PlainNode.pool(store.url()),
                settings,
                task -> new Thread(() -> {
                    awaitOpen(gate);
                    task.run();
                }),
                work::handlers)) {
            node.awaitOwnership();
            publish(events);
            between.run();
            var cost = Cost.of(events, store.postmaster(), () -> {
                gate.countDown();
                work.awaitAll();
            });
            work.check(store);
            return cost;
        } finally {
            gate.countDown();
        }
    }

    private void publish(int events) throws SQLException {
        store.publish(events, GROUPS);
        try (var dispatcher = new Dispatcher(store)) {
            var found = dispatcher.dispatch();
            if (found != events) {
                throw new IllegalStateException(found + " of " + events + " events were dispatched");
            }
        }
        store.checkpoint();
    }

    private static void awaitOpen(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
