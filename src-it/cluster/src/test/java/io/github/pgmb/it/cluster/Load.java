package io.github.pgmb.it.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Customers who place orders at a steady rate in the background, the first at one node, the second at the next. */
final class Load implements AutoCloseable {

    private static final int CUSTOMERS_AT_ONCE = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(CUSTOMERS_AT_ONCE + 1);
    private final Future<?> placing;

    Load(Customers customers, List<Node> nodes, List<Order> orders, Duration interval) {
        placing = threads.submit(() -> placeAll(customers, nodes, orders, interval));
    }

    private Void placeAll(Customers customers, List<Node> nodes, List<Order> orders, Duration interval)
            throws InterruptedException, ExecutionException {
        var placed = new ArrayList<Future<?>>();
        var start = System.nanoTime();
        for (var order : orders) {
            var inTurn = new ArrayList<>(nodes);
            Collections.rotate(inTurn, placed.size());
            placed.add(threads.submit(() -> {
                customers.place(order, inTurn);
                return null;
            }));
            var nextAt = start + placed.size() * interval.toNanos();
            Thread.sleep(
                    Duration.ofNanos(Math.max(0, nextAt - System.nanoTime())).toMillis());
        }
        for (var one : placed) {
            one.get();
        }
        return null;
    }

    /** Returns when every order has an outcome. */
    void join() throws InterruptedException, ExecutionException {
        placing.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
