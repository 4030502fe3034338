package io.github.pgmb.internal.db;

import java.util.List;

/**
 * Events that are due for another attempt.
 *
 * @param no by which it is settled
 * @param attempts how many have failed
 * @param events exactly those of the last attempt that are still there, in their order
 * @param gone the ids of those that are no longer in the log
 */
public record Retry(long no, int attempts, List<StoredEvent> events, List<String> gone) {}
