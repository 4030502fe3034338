package io.github.pgmb.bench.runner;

import java.util.Locale;

/** What can be measured by itself. */
enum Part {
    LATENCY,
    THROUGHPUT,
    START;

    static Part named(String name) throws UsageException {
        for (var part : values()) {
            if (part.name().toLowerCase(Locale.ROOT).equals(name)) {
                return part;
            }
        }
        throw new UsageException("--only=" + name + ": known are latency, throughput and start.");
    }
}
