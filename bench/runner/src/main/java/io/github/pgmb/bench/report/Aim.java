package io.github.pgmb.bench.report;

import java.util.function.DoublePredicate;

/** What a value is to be, and whether it is. */
public record Aim(String text, DoublePredicate reached) {

    /** For lines that are there to explain others. */
    public static final Aim NONE = new Aim("", value -> true);

    public static Aim atLeast(double least, String unit) {
        return new Aim("≥ " + number(least) + " " + unit, value -> value >= least);
    }

    public static Aim atMost(double most, String unit) {
        return new Aim("≤ " + number(most) + " " + unit, value -> value <= most);
    }

    /** For a table: empty without an aim. */
    public String verdict(double value) {
        if (text.isEmpty()) {
            return "";
        }
        return reached.test(value) ? "reached" : "missed";
    }

    private static String number(double value) {
        return value < 10 ? Numbers.twoDigits(value) : Numbers.whole(value);
    }
}
