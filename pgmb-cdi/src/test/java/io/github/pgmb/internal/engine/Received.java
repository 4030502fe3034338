package io.github.pgmb.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.StoredEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A handler that remembers what it was called with. */
final class Received implements Handling.StoredHandling {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<List<StoredEvent>> calls = new ArrayList<>();

    @Override
    public synchronized void handle(List<StoredEvent> events) {
        calls.add(events);
    }

    synchronized List<List<StoredEvent>> calls() {
        return List.copyOf(calls);
    }

    List<String> ids() {
        return calls().stream().flatMap(List::stream).map(StoredEvent::id).toList();
    }

    List<String> payloads() {
        return calls().stream().flatMap(List::stream).map(StoredEvent::payload).toList();
    }

    void awaitCount(int count) {
        await(() -> ids().size() >= count);
        assertThat(ids()).hasSize(count);
    }

    static void await(BooleanSupplier condition) {
        await(PATIENCE, condition);
    }

    static void await(Duration patience, BooleanSupplier condition) {
        var end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            pause(5);
        }
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
