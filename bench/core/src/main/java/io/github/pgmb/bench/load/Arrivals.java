package io.github.pgmb.bench.load;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what handlers receive, and knows when the last one came. One round at a time; thread-safe. */
public final class Arrivals {

    private final AtomicLong missing = new AtomicLong();
    private volatile CountDownLatch complete = new CountDownLatch(0);
    private volatile long lastAt;

    /** Begins a round. */
    public void expect(long events) {
        missing.set(events);
        complete = new CountDownLatch(1);
    }

    /** To be called when a handler has done its work. */
    public void handled(int events) {
        if (missing.addAndGet(-events) <= 0) {
            lastAt = System.nanoTime();
            complete.countDown();
        }
    }

    /**
     * Waits for the last event.
     *
     * @return when it was handled, as {@link System#nanoTime()} tells
     * @throws IllegalStateException if it has not come in time
     */
    public long awaitAll(Duration limit) throws InterruptedException {
        if (!complete.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(missing + " events were not handled within " + limit);
        }
        return lastAt;
    }
}
