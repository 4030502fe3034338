package io.github.pgmb.internal.engine;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next attempt after failures in a row: doubled each time, up to a minute, with jitter. Not thread-safe. */
final class Backoff {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int DOUBLINGS = 10;

    private final RandomGenerator random;
    private int failures;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** Counts a failure; the delay lies between three quarters of its nominal length and all of it. */
    Duration next() {
        var nominal = FIRST.multipliedBy(1L << Math.min(failures, DOUBLINGS));
        failures++;
        var capped = nominal.compareTo(LONGEST) < 0 ? nominal : LONGEST;
        return Duration.ofMillis(capped.toMillis() * 3 / 4 + random.nextLong(capped.toMillis() / 4 + 1));
    }

    int failures() {
        return failures;
    }

    void reset() {
        failures = 0;
    }
}
