package io.github.pgmb;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Consecutive events of one handler, handled and acknowledged together: never empty, in the order of delivery, at most
 * {@code pgmb.read-chunk-size} of them.
 *
 * @param events immutable
 * @param <T> the type of the payloads
 */
public record EventBatch<T>(List<Event<T>> events) implements Iterable<Event<T>> {

    public EventBatch {
        events = List.copyOf(events);
    }

    public int size() {
        return events.size();
    }

    public Stream<T> payloads() {
        return events.stream().map(Event::payload);
    }

    @Override
    public Iterator<Event<T>> iterator() {
        return events.iterator();
    }
}
