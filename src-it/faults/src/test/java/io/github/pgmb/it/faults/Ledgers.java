package io.github.pgmb.it.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What all lives of all nodes noted, read afterwards.
 *
 * @param batches by publisher and number
 * @param deliveries in the order of time
 * @param quiet how many have no publishers any more
 * @param leftAfterStop what nodes that were stopped had left
 */
record Ledgers(Map<String, Batch> batches, List<Delivery> deliveries, int quiet, List<String> leftAfterStop) {

    static final String SUFFIX = ".ledger";
    private static final String STILL_UNKNOWN = "UNKNOWN";

    /** What a publisher knows: OK, FAIL or UNKNOWN, also if it died. */
    record Batch(int size, String outcome) {}

    /**
     * An event given to a handler.
     *
     * @param at by the clock that all processes share
     * @param life the file of the process
     * @param call in that life; several events of a batch have the same
     * @param position 0 for a retry
     * @param latency since it was sent, in ns
     * @param acked whether the handler has returned without a failure
     */
    record Delivery(
            long at,
            String life,
            String handler,
            long call,
            String eventId,
            long position,
            long latency,
            boolean acked) {}

    static Ledgers in(Path folder) throws IOException {
        var batches = new HashMap<String, Batch>();
        var deliveries = new ArrayList<Delivery>();
        var left = new ArrayList<String>();
        var quiet = 0;
        try (var files = Files.list(folder)) {
            for (var file :
                    files.filter(path -> path.toString().endsWith(SUFFIX)).toList()) {
                var life = new Life(file.getFileName().toString(), batches, left);
                wholeLines(file).forEach(life::read);
                deliveries.addAll(life.delivered());
                quiet += life.quiet ? 1 : 0;
            }
        }
        deliveries.sort((a, b) -> Long.compare(a.at(), b.at()));
        return new Ledgers(batches, deliveries, quiet, left);
    }

    /** A process that was killed while it wrote may have left a part of one. */
    private static List<String> wholeLines(Path file) throws IOException {
        var text = Files.readString(file, StandardCharsets.UTF_8);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static final class Life {

        private final String name;
        private final Map<String, Batch> batches;
        private final List<String> left;
        private final List<Delivery> begun = new ArrayList<>();
        private final Set<String> acked = new HashSet<>();
        private boolean quiet;

        Life(String name, Map<String, Batch> batches, List<String> left) {
            this.name = name;
            this.batches = batches;
            this.left = left;
        }

        void read(String line) {
            var parts = line.split(" ", -1);
            switch (parts[1]) {
                case "INVOKE" -> batches.put(key(parts), new Batch(Integer.parseInt(parts[4]), STILL_UNKNOWN));
                case "OK", "FAIL", "UNKNOWN" ->
                    batches.computeIfPresent(key(parts), (key, batch) -> new Batch(batch.size(), parts[1]));
                case "DELIVER" ->
                    begun.add(new Delivery(
                            Long.parseLong(parts[0]),
                            name,
                            parts[2],
                            Long.parseLong(parts[3]),
                            parts[4],
                            Long.parseLong(parts[5]),
                            Long.parseLong(parts[6]),
                            false));
                case "ACK" -> acked.add(parts[2] + " " + parts[3]);
                case "QUIET" -> quiet = true;
                case "STOPPED" -> {
                    if (!parts[2].equals("0") || !parts[3].isEmpty()) {
                        left.add(name + ": " + line);
                    }
                }
                default -> throw new IllegalArgumentException(line);
            }
        }

        private static String key(String... parts) {
            return parts[2] + "#" + parts[3];
        }

        List<Delivery> delivered() {
            return begun.stream()
                    .map(d -> new Delivery(
                            d.at(),
                            d.life(),
                            d.handler(),
                            d.call(),
                            d.eventId(),
                            d.position(),
                            d.latency(),
                            acked.contains(d.handler() + " " + d.call())))
                    .toList();
        }
    }

    /** How many batches had this outcome. */
    long count(String outcome) {
        return batches.values().stream()
                .filter(batch -> batch.outcome().equals(outcome))
                .count();
    }

    /** By event the position at which a handler was given it at first, where that was no retry. */
    Map<String, Long> positions(String handler) {
        var positions = new HashMap<String, Long>();
        deliveries.stream()
                .filter(d -> d.handler().equals(handler) && d.position() > 0)
                .forEach(d -> positions.put(d.eventId(), d.position()));
        return positions;
    }

    String summary() {
        return count("OK") + " batches published, " + count("FAIL") + " failed, " + count(STILL_UNKNOWN) + " unknown";
    }
}
