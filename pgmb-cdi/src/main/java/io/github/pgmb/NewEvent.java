package io.github.pgmb;

import jakarta.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event to be published.
 *
 * @param topic 1 to 255 characters, without NUL; checked when it is published
 * @param payload what {@link Broker#publish(String, Object)} accepts
 * @param metadata further data beside the payload, visible to conditions as {@code e.metadata}; {@code null} for none
 */
public record NewEvent(
        String topic, Object payload, @Nullable JsonObject metadata) {

    public NewEvent {
        Objects.requireNonNull(topic, "topic");
        Objects.requireNonNull(payload, "payload");
    }

    public static NewEvent of(String topic, Object payload) {
        return new NewEvent(topic, payload, null);
    }
}
