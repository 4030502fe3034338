package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Retries.Outlook;
import java.time.Duration;
import java.util.Optional;

/**
 * When a retry of a group is due, as far as this node knows; by its own clock. Until it has looked, one may be due and keep the group
 * from going on. Thread-safe.
 */
final class Expectation {

    private final MonotonicClock clock;
    private boolean present = true;
    private long dueAt;
    private boolean blocks = true;

    Expectation(MonotonicClock clock) {
        this.clock = clock;
        this.dueAt = clock.nanoTime();
    }

    /** What the database says now. */
    synchronized void is(Outlook outlook) {
        present = false;
        blocks = false;
        mayBe(outlook);
    }

    /** One more is to come. */
    synchronized void mayBe(Outlook outlook) {
        blocks |= outlook.blocks();
        outlook.dueIn().ifPresent(delay -> {
            var at = clock.nanoTime() + delay.toNanos();
            dueAt = present && dueAt - at < 0 ? dueAt : at;
            present = true;
        });
    }

    synchronized boolean isDue() {
        return present && clock.nanoTime() - dueAt >= 0;
    }

    synchronized Optional<Duration> dueIn() {
        return present ? Optional.of(Duration.ofNanos(Math.max(0, dueAt - clock.nanoTime()))) : Optional.empty();
    }

    synchronized boolean blocks() {
        return blocks;
    }
}
