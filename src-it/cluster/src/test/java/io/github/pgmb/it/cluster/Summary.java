package io.github.pgmb.it.cluster;

import java.util.Locale;

/** The figures of a test, on the console. */
final class Summary {

    private Summary() {}

    static void print(String test, String format, Object... figures) {
        System.out.println("== " + test + ": " + String.format(Locale.ROOT, format, figures));
    }
}
