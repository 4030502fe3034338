package io.github.pgmb.internal.cdi;

import io.github.pgmb.OnFailure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one source says of a handler's failures: its own settings, its annotation, or the settings for all handlers. What it leaves open
 * is empty.
 *
 * @param permanent names of classes
 * @param splitBy a JSON Pointer
 */
record FailureSettings(
        Optional<List<Duration>> delays,
        Growth growth,
        Optional<List<String>> permanent,
        Optional<OnFailure> onFailure,
        Optional<String> splitBy) {

    /**
     * Of delays that grow.
     *
     * @param attempts {@link Integer#MAX_VALUE}: no limit
     */
    record Growth(
            Optional<Duration> first,
            Optional<Double> factor,
            Optional<Duration> longest,
            Optional<Double> jitter,
            Optional<Integer> attempts) {

        boolean isSet() {
            return first.isPresent()
                    || factor.isPresent()
                    || longest.isPresent()
                    || jitter.isPresent()
                    || attempts.isPresent();
        }
    }
}
