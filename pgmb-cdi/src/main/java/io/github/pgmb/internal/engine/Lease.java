package io.github.pgmb.internal.engine;

import java.time.Duration;

/**
 * How long this node may take itself for alive, by its own clock: no longer than the database does. A process that was
 * stopped finds its lease expired when it wakes up, before it does anything. Thread-safe.
 */
final class Lease {

    private final MonotonicClock clock;
    private final long length;
    private volatile long renewedAt;

    Lease(Duration length, MonotonicClock clock) {
        this.clock = clock;
        this.length = length.toNanos();
        this.renewedAt = clock.nanoTime() - this.length;
    }

    /**
     * @param askedAt when the renewal was sent, not when it was answered: the database counts from some moment between
     */
    void renewed(long askedAt) {
        renewedAt = askedAt;
    }

    boolean isValid() {
        return clock.nanoTime() - renewedAt < length;
    }

    boolean isDueForRenewal() {
        return clock.nanoTime() - renewedAt >= length / 4;
    }
}
