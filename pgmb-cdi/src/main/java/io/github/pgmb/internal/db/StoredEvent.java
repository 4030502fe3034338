package io.github.pgmb.internal.db;

import org.jspecify.annotations.Nullable;

/**
 * An event as it is read for a group.
 *
 * @param position its place in the group's order: 1, 2, 3 …
 * @param payload JSON text
 * @param metadata text of a JSON object
 */
public record StoredEvent(
        long position,
        String id,
        String topic,
        String payload,
        @Nullable String metadata) {}
