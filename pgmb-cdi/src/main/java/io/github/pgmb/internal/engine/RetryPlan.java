package io.github.pgmb.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When what failed is tried again. Pure. */
public sealed interface RetryPlan {

    /** The longest delay that can be asked for. */
    Duration LONGEST = Duration.ofDays(365);

    /**
     * How long to wait before the next attempt.
     *
     * @param failed how many attempts have failed so far, at least 1
     * @return empty if that was the last one
     */
    Optional<Duration> delay(int failed, RandomGenerator random);

    /** How many attempts there are at most; {@link Integer#MAX_VALUE}: no limit. */
    int attempts();

    /**
     * One attempt after each of these delays; empty: no second attempt.
     *
     * @param delays each from zero to {@link #LONGEST}
     */
    record Delays(List<Duration> delays) implements RetryPlan {

        public Delays {
            delays = List.copyOf(delays);
        }

        @Override
        public Optional<Duration> delay(int failed, RandomGenerator random) {
            return failed <= delays.size() ? Optional.of(delays.get(failed - 1)) : Optional.empty();
        }

        @Override
        public int attempts() {
            return delays.size() + 1;
        }
    }

    /**
     * Delays that grow by a factor.
     *
     * @param first the delay after the first failure, above zero
     * @param factor at least 1
     * @param longest no delay is longer, from {@code first} to {@link #LONGEST}
     * @param jitter by how much of it a delay may be shorter, from 0 to 1, so that what failed together does not come again together
     * @param attempts at least 1; {@link Integer#MAX_VALUE}: no limit
     */
    record Exponential(Duration first, double factor, Duration longest, double jitter, int attempts)
            implements RetryPlan {

        @Override
        public Optional<Duration> delay(int failed, RandomGenerator random) {
            if (failed >= attempts && attempts != Integer.MAX_VALUE) {
                return Optional.empty();
            }
            // Infinity for large exponents, which is capped as well.
            var nominal = Math.min(first.toMillis() * Math.pow(factor, failed - 1.0), (double) longest.toMillis());
            return Optional.of(Duration.ofMillis((long) (nominal * (1 - jitter * random.nextDouble()))));
        }
    }
}
