package io.github.pgmb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some or all dead letters of a handler.
 *
 * @param handler its name
 * @param eventIds those of these events, of which others are ignored; null: all
 * @param limit how many at most, the oldest events first; at least 1
 */
public record DeadLetterSelection(String handler, @Nullable List<String> eventIds, long limit) {

    public DeadLetterSelection {
        eventIds = eventIds == null ? null : List.copyOf(eventIds);
    }

    /** All of a handler. */
    public static DeadLetterSelection all(String handler) {
        return new DeadLetterSelection(handler, null, Long.MAX_VALUE);
    }

    /** Those of these events; without any, none. */
    public static DeadLetterSelection of(String handler, List<String> eventIds) {
        return new DeadLetterSelection(handler, eventIds, Long.MAX_VALUE);
    }

    /** The oldest of them. */
    public DeadLetterSelection atMost(long most) {
        return new DeadLetterSelection(handler, eventIds, most);
    }
}
