package io.github.pgmb.internal.engine;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client of another language asks to be tried again, by an event of the topic {@value #TOPIC}.
 *
 * @param eventIds not empty, each once
 * @param attempts how many have failed, from 0
 */
record RequestedRetry(List<String> eventIds, int attempts, String handler) {

    static final String TOPIC = "pgmb-retry";

    private static final int MOST_IDS = 100_000;
    /** In bytes, as the log limits them. */
    private static final int LONGEST_ID = 255;
    // More is nobody's count, and would not leave room to count on.
    private static final int MOST_ATTEMPTS = 1_000_000;

    /** @throws RuntimeException if the payload is not {@code {"ids": [...], "retryNumber": n, "handlerName": "..."}} */
    static RequestedRetry of(String payload) {
        try (var reader = JsonProvider.provider().createReader(new StringReader(payload))) {
            if (!(reader.readValue() instanceof JsonObject retry)) {
                throw malformed();
            }
            var ids = ids(retry.get("ids"));
            if (!(retry.get("retryNumber") instanceof JsonNumber number)
                    || number.bigDecimalValue().signum() < 0
                    || !(retry.get("handlerName") instanceof JsonString handler)) {
                throw malformed();
            }
            return new RequestedRetry(ids, Math.min(number.intValueExact(), MOST_ATTEMPTS), handler.getString());
        }
    }

    private static List<String> ids(@Nullable JsonValue value) {
        if (value == null || value.getValueType() != JsonValue.ValueType.ARRAY) {
            throw malformed();
        }
        var ids = value.asJsonArray();
        if (ids.isEmpty() || ids.size() > MOST_IDS || !ids.stream().allMatch(JsonString.class::isInstance)) {
            throw malformed();
        }
        var texts = ids.getValuesAs(JsonString::getString).stream().distinct().toList();
        if (texts.stream().anyMatch(id -> id.getBytes(StandardCharsets.UTF_8).length > LONGEST_ID)) {
            throw malformed();
        }
        return texts;
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException(
                "A retry is {\"ids\": [<ids of events>], \"retryNumber\": <from 0>, \"handlerName\": \"<name>\"}"
                        + " with 1 to " + MOST_IDS + " ids of at most "
                        + LONGEST_ID + " bytes.");
    }
}
