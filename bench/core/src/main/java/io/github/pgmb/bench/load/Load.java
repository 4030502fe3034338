package io.github.pgmb.bench.load;

import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How much is published in a round, and how.
 *
 * @param publishers so many threads, which take batches in turn
 */
public record Load(int events, int batch, int publishers) {

    /** Publishes the events from {@code first} until before {@code end} and returns when they are committed. */
    @FunctionalInterface
    public interface Publishing {
        void publish(int first, int end) throws Exception;
    }

    /** Waits for what has been published to be handled; returns when that was, as {@link System#nanoTime()} tells. */
    @FunctionalInterface
    public interface Completion {
        long await() throws Exception;
    }

    /** A round whose end is the end of publishing. */
    public static final Completion PUBLISHED = System::nanoTime;

    /** Runs a round. */
    public Outcome run(ThreadFactory threads, long postmaster, Publishing publishing, Completion completion)
            throws Exception {
        var pool = Executors.newFixedThreadPool(publishers, named(threads));
        try {
            var next = new AtomicInteger();
            var running = new ArrayList<Future<?>>();
            var before = Usage.now(postmaster);
            var start = System.nanoTime();
            for (var i = 0; i < publishers; i++) {
                running.add(pool.submit(() -> {
                    publishAll(next, publishing);
                    return null;
                }));
            }
            awaitAll(running);
            var published = System.nanoTime() - start;
            var handled = completion.await() - start;
            return Outcome.between(events, handled, published, before, Usage.now(postmaster));
        } finally {
            pool.shutdownNow();
        }
    }

    private void publishAll(AtomicInteger next, Publishing publishing) throws Exception {
        for (var first = next.getAndAdd(batch); first < events; first = next.getAndAdd(batch)) {
            publishing.publish(first, Math.min(first + batch, events));
        }
    }

    private static void awaitAll(Iterable<Future<?>> running) throws InterruptedException, ExecutionException {
        for (var publisher : running) {
            publisher.get();
        }
    }

    private static ThreadFactory named(ThreadFactory threads) {
        return task -> {
            var thread = threads.newThread(task);
            thread.setName(ThreadRole.PUBLISHER.prefix() + thread.getId());
            return thread;
        };
    }
}
