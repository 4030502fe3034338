package io.github.pgmb.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of the events that a handler fails on.
 *
 * @param retries when they are tried again
 * @param permanent what is not tried again: a failure of one of these classes, or that has one among its causes
 * @param blocks whether later events wait until those have been handled or are dead letters
 * @param splitBy where in {@code {id, topic, payload, metadata}} a batch is cut into parts that fail each on their own, a JSON Pointer
 *     (RFC 6901); empty: a batch fails as a whole
 */
public record FailurePolicy(
        RetryPlan retries, List<Class<? extends Throwable>> permanent, boolean blocks, Optional<String> splitBy) {

    /** Of a handler that says nothing: 20 attempts in some 33 hours, and others are not kept waiting. */
    public static final FailurePolicy DEFAULT = new FailurePolicy(
            new RetryPlan.Exponential(Duration.ofSeconds(1), 2, Duration.ofHours(6), 0.2, 20),
            List.of(),
            false,
            Optional.empty());

    public FailurePolicy {
        permanent = List.copyOf(permanent);
    }
}
