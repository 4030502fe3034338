package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.measure.Effort;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to measure, and how long.
 *
 * @param databaseUrl an existing database to use instead of an own PostgreSQL
 * @param emptyRepository whether the start is also measured from a clean checkout with an empty Maven repository
 * @param flightRecording whether the server's JVM writes a flight recording
 */
record Options(
        Set<Part> parts, Size size, Optional<String> databaseUrl, boolean emptyRepository, boolean flightRecording) {

    private static final int LARGEST = 100_000_000;

    /**
     * How long to measure.
     *
     * @param pings single events for the latency
     * @param events of a round of throughput
     * @param rounds of each case of throughput
     * @param sql of the SQL core
     */
    record Size(int pings, int events, int rounds, Effort sql) {

        static final Size FULL = new Size(500, 400_000, 3, Effort.FULL);
        static final Size QUICK = new Size(100, 40_000, 1, Effort.QUICK);

        Size withEvents(int number) {
            return new Size(pings, number, rounds, sql);
        }

        Size withRounds(int number) {
            return new Size(pings, events, number, new Effort(number, sql.divisor()));
        }

        Size withPings(int number) {
            return new Size(number, events, rounds, sql);
        }
    }

    static Options parse(List<String> arguments) throws UsageException {
        Set<Part> parts = EnumSet.allOf(Part.class);
        var size = arguments.contains("--quick") ? Size.QUICK : Size.FULL;
        Optional<String> databaseUrl = Optional.empty();
        var emptyRepository = false;
        var flightRecording = false;
        for (var argument : arguments) {
            var name = argument.split("=", 2)[0];
            var value = argument.substring(Math.min(name.length() + 1, argument.length()));
            switch (name) {
                case "--quick" -> {
                    /* already heeded, so that it need not come first */
                }
                case "--only" -> parts = parts(value);
                case "--database-url" -> databaseUrl = Optional.of(url(value));
                case "--events" -> size = size.withEvents(number(name, value));
                case "--rounds" -> size = size.withRounds(number(name, value));
                case "--pings" -> size = size.withPings(number(name, value));
                case "--empty-repository" -> emptyRepository = true;
                case "--jfr" -> flightRecording = true;
                default -> throw new UsageException("Unknown option: " + argument + ". --help lists the known ones.");
            }
        }
        return new Options(parts, size, databaseUrl, emptyRepository, flightRecording);
    }

    private static Set<Part> parts(String names) throws UsageException {
        var parts = EnumSet.noneOf(Part.class);
        for (var name : names.split(",", -1)) {
            parts.addAll(Part.named(name.strip()));
        }
        return parts;
    }

    private static String url(String url) throws UsageException {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new UsageException("--database-url=" + url
                    + ": expected jdbc:postgresql://<host>:<port>/<database>?user=…&password=…");
        }
        return url;
    }

    private static int number(String name, String value) throws UsageException {
        try {
            var number = Integer.parseInt(value);
            if (number >= 1 && number <= LARGEST) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException(name + "=" + value + ": expected a number from 1 to " + LARGEST + ".");
    }
}
