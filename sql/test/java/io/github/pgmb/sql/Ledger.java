package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What sessions have committed, and what the broker owes them for it. Thread-safe. */
final class Ledger {
    private final Map<String, Long> publishedFrom = new HashMap<>();
    private final Map<String, Long> subscribedSince = new HashMap<>();
    private final Set<String> unsubscribed = new HashSet<>();
    private final List<Long> takenOverAt = new ArrayList<>();
    private long position;
    private long now;

    /** Later than any time before. */
    synchronized long now() {
        return ++now;
    }

    /** By a commit that began then. */
    synchronized void published(String event, long began) {
        publishedFrom.put(event, began);
    }

    /** By a commit that had ended then. */
    synchronized void subscribed(List<String> subscriptions, long ended) {
        subscriptions.forEach(subscription -> subscribedSince.putIfAbsent(subscription, ended));
    }

    synchronized void unsubscribed(List<String> subscriptions) {
        unsubscribed.addAll(subscriptions);
    }

    /** Both from the position zero. */
    synchronized void advanced(long to) {
        assertThat(position).as("what has been acknowledged before").isZero();
        position = to;
    }

    synchronized void takenOver(long at) {
        takenOverAt.add(at);
    }

    /** Given the events that each subscription has received, and the position where the group stands. */
    synchronized void check(Map<String, List<String>> received, long groupStandsAt) {
        received.forEach((subscription, events) -> assertThat(events)
                .as("I2: what %s receives is committed, and comes once", subscription)
                .doesNotHaveDuplicates()
                .isSubsetOf(publishedFrom.keySet()));
        subscribedSince.forEach((subscription, since) -> {
            if (!unsubscribed.contains(subscription)) {
                assertThat(received.getOrDefault(subscription, List.of()))
                        .as("I1: what %s receives", subscription)
                        .containsAll(owedSince(since));
            }
        });
        assertThat(groupStandsAt).as("I5: the position").isEqualTo(position);
        assertThat(takenOverAt)
                .as("I5: where others went on")
                .allMatch(at -> at == position, "is where the former owner stopped");
    }

    private List<String> owedSince(long since) {
        return publishedFrom.entrySet().stream()
                .filter(event -> event.getValue() > since)
                .map(Map.Entry::getKey)
                .toList();
    }
}
