package io.github.pgmb.it.faults.node;

import jakarta.json.spi.JsonProvider;
import java.io.StringReader;

/**
 * The payload of an event.
 *
 * @param publisher in one life of one node, which sends one batch after the other
 * @param batch of that publisher, published together
 * @param number of that publisher, over all batches
 * @param sentAt by the clock that all processes of this machine share
 * @param risk what handlers do about it
 */
public record Message(String publisher, int batch, int number, long sentAt, Risk risk) {

    private static final JsonProvider JSON = JsonProvider.provider();

    /** Whether handlers fail. */
    public enum Risk {
        /** Not on this one. */
        CALM,
        /** As often as they are told to. */
        NORMAL,
        /** Until they are mended. */
        POISON
    }

    public String toJson() {
        return JSON.createObjectBuilder()
                .add("p", publisher)
                .add("b", batch)
                .add("n", number)
                .add("at", sentAt)
                .add("risk", risk.name())
                .build()
                .toString();
    }

    static Message of(String json) {
        try (var reader = JSON.createReader(new StringReader(json))) {
            var fields = reader.readObject();
            return new Message(
                    fields.getString("p"),
                    fields.getInt("b"),
                    fields.getInt("n"),
                    fields.getJsonNumber("at").longValue(),
                    Risk.valueOf(fields.getString("risk")));
        }
    }
}
