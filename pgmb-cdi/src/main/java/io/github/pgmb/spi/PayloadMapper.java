package io.github.pgmb.spi;

import java.lang.reflect.Type;

/** Maps payloads to JSON and back. Implementations are thread-safe. */
public interface PayloadMapper {

    /**
     * Maps what is published.
     *
     * @return JSON text of {@code payload}
     * @throws RuntimeException if it cannot be mapped; the publisher's call fails and nothing is published
     */
    String toJson(Object payload);

    /**
     * Maps what was stored to what a handler declares.
     *
     * @param json the JSON text of a stored payload
     * @param type what the handler declares
     * @return an instance of {@code type}, never null
     * @throws RuntimeException if the payload does not fit; the message says which part and why. The event counts as
     *     failed and is not lost
     */
    Object fromJson(String json, Type type);
}
