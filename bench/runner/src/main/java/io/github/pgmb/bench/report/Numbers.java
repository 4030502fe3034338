package io.github.pgmb.bench.report;

import java.time.Duration;
import java.util.Locale;

/** How numbers look in the result. */
public final class Numbers {

    private static final double NANOS_PER_MILLI = 1e6;

    private Numbers() {}

    public static String whole(double number) {
        return String.format(Locale.ROOT, "%,.0f", number);
    }

    public static String oneDigit(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    public static String twoDigits(double number) {
        return String.format(Locale.ROOT, "%.2f", number);
    }

    public static String percent(double share) {
        return whole(share * 100) + " %";
    }

    public static String millis(long nanos) {
        return twoDigits(nanos / NANOS_PER_MILLI);
    }

    public static String seconds(Duration duration) {
        return oneDigit(duration.toMillis() / 1000.0);
    }
}
