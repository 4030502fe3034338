package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.RetryPlan;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Durations as texts of ISO 8601. */
final class Durations {

    static final Duration SHORTEST = Duration.ofMillis(1);

    private Durations() {}

    static Optional<Duration> parse(String text) {
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException | ArithmeticException none) {
            return Optional.empty();
        }
    }

    /** Whether it is one of those, from {@code shortest} to the longest delay. */
    static boolean isAccepted(String text, Duration shortest) {
        return parse(text)
                .filter(duration -> duration.compareTo(shortest) >= 0 && duration.compareTo(RetryPlan.LONGEST) <= 0)
                .isPresent();
    }

    static String accepted(Duration shortest, Duration longest) {
        return "a duration as in PT30S, PT5M or P1D, from " + shortest + " to " + longest;
    }
}
