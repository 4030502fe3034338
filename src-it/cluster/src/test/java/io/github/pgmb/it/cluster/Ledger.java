package io.github.pgmb.it.cluster;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** What became of each order as far as its customer knows; kept outside of the database. Thread-safe. */
final class Ledger {

    /** What the customer knows. */
    enum Outcome {
        /** Answered with 201. */
        ACCEPTED,
        /** Answered with a refusal, or nobody was there to take it. */
        REFUSED,
        /** The answer did not come, or was a failure of the server: the order may exist. */
        UNKNOWN
    }

    private final Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();

    /** @param answer what the outcome was concluded from */
    void note(Order order, Outcome outcome, String answer) {
        if (outcomes.put(order.name(), outcome) != null) {
            throw new IllegalStateException(order + " was posted twice");
        }
        answers.merge(answer, 1, Integer::sum);
    }

    /** All answers, with how often each was given. */
    Map<String, Integer> answers() {
        return new TreeMap<>(answers);
    }

    Map<String, Outcome> outcomes() {
        return Map.copyOf(outcomes);
    }

    /** How many orders whose name begins so had this outcome. */
    long count(String prefix, Outcome outcome) {
        return outcomes.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix + "-") && entry.getValue() == outcome)
                .count();
    }

    String summary(String prefix) {
        return Map.of("accepted", Outcome.ACCEPTED, "refused", Outcome.REFUSED, "unknown", Outcome.UNKNOWN)
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> count(prefix, entry.getValue()) + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }
}
