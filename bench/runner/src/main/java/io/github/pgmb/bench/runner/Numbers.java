package io.github.pgmb.bench.runner;

import java.time.Duration;
import java.util.Locale;

/** How numbers look in the result. */
final class Numbers {

    private static final double NANOS_PER_MILLI = 1e6;

    private Numbers() {}

    static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    static String oneDigit(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    static String twoDigits(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    static String percent(double share) {
        return whole(share * 100) + " %";
    }

    static String millis(long nanos) {
        return twoDigits(nanos / NANOS_PER_MILLI);
    }

    static String seconds(Duration duration) {
        return oneDigit(duration.toMillis() / 1000.0);
    }
}
