package io.github.pgmb;

import jakarta.json.JsonObject;
import java.time.Instant;

/**
 * An event as a handler receives it.
 *
 * @param id 24 characters that sort by time; the same at every delivery of this event
 * @param topic the topic it was published to
 * @param payload the payload, read as {@code T}
 * @param metadata what the publisher added; empty if nothing
 * @param <T> the type of the payload
 */
public record Event<T>(String id, String topic, T payload, JsonObject metadata) {

    private static final int PREFIX = 2;
    private static final int MICROS_END = 15;

    /** When the event was published, by the clock of the database, as its id tells; order of delivery does not depend on it. */
    public Instant publishedAt() {
        var micros = Long.parseLong(id.substring(PREFIX, MICROS_END), 16);
        return Instant.EPOCH.plus(micros, java.time.temporal.ChronoUnit.MICROS);
    }
}
