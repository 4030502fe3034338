package io.github.pgmb.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RetryPlanTest {

    private static final Random UNUSED = new Random(0);

    @Test
    void explicitDelaysAreTakenInTheirOrderAndThenItIsOver() {
        var plan = new RetryPlan.Delays(List.of(Duration.ofSeconds(1), Duration.ZERO, Duration.ofDays(7)));
        assertThat(plan.attempts()).isEqualTo(4);
        assertThat(plan.delay(1, UNUSED)).contains(Duration.ofSeconds(1));
        assertThat(plan.delay(2, UNUSED)).contains(Duration.ZERO);
        assertThat(plan.delay(3, UNUSED)).contains(Duration.ofDays(7));
        assertThat(plan.delay(4, UNUSED)).isEmpty();
        assertThat(plan.delay(Integer.MAX_VALUE, UNUSED)).isEmpty();
    }

    @Test
    void withoutDelaysThereIsOneAttempt() {
        assertThat(new RetryPlan.Delays(List.of()).delay(1, UNUSED)).isEmpty();
    }

    @Test
    void exponentialDelaysAreDoubledUpToTheLongest() {
        var plan = new RetryPlan.Exponential(Duration.ofSeconds(1), 2, Duration.ofSeconds(5), 0, 6);
        assertThat(IntStream.rangeClosed(1, 6).mapToObj(failed -> plan.delay(failed, UNUSED)))
                .containsExactly(
                        Optional.of(Duration.ofSeconds(1)),
                        Optional.of(Duration.ofSeconds(2)),
                        Optional.of(Duration.ofSeconds(4)),
                        Optional.of(Duration.ofSeconds(5)),
                        Optional.of(Duration.ofSeconds(5)),
                        Optional.empty());
    }

    @Test
    void theDefaultTriesForMoreThanADay() {
        var plan = FailurePolicy.DEFAULT.retries();
        var random = new Random(1);
        var sum = IntStream.rangeClosed(1, plan.attempts())
                .mapToObj(failed -> plan.delay(failed, random).orElse(Duration.ZERO))
                .reduce(Duration.ZERO, Duration::plus);
        assertThat(plan.attempts()).isEqualTo(20);
        assertThat(sum).isBetween(Duration.ofHours(27), Duration.ofHours(34));
    }

    /** Any plan within its bounds, any number of failures. */
    @RepeatedTest(500)
    void everyDelayLiesWithinItsJitterAndItsBounds(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var first = Duration.ofMillis(1 + random.nextLong(100_000));
        var longest = first.plusMillis(random.nextLong(RetryPlan.LONGEST.toMillis() - first.toMillis()));
        var factor = random.nextBoolean() ? 1 : 1 + 100 * random.nextDouble();
        var jitter = random.nextInt(3) == 0 ? random.nextInt(2) : random.nextDouble();
        var attempts = random.nextInt(4) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(2000);
        var plan = new RetryPlan.Exponential(first, factor, longest, jitter, attempts);
        var before = 0L;
        for (var failed = 1; failed < Math.min(attempts, 2000); failed++) {
            var delay = plan.delay(failed, random).orElseThrow();
            var nominal = new RetryPlan.Exponential(first, factor, longest, 0, attempts)
                    .delay(failed, random)
                    .orElseThrow()
                    .toMillis();
            assertThat(nominal).isBetween(Math.max(first.toMillis(), before), longest.toMillis());
            assertThat(delay.toMillis()).isBetween((long) Math.floor(nominal * (1 - jitter)) - 1, nominal);
            before = nominal;
        }
        if (attempts != Integer.MAX_VALUE) {
            assertThat(plan.delay(attempts, random)).isEmpty();
        } else {
            assertThat(plan.delay(Integer.MAX_VALUE, random)).isPresent();
        }
    }

    @Test
    void whatFailedTogetherDoesNotComeAgainTogether() {
        var plan = new RetryPlan.Exponential(Duration.ofSeconds(10), 2, Duration.ofHours(1), 0.2, 5);
        var random = new Random(3);
        assertThat(IntStream.range(0, 100).mapToObj(n -> plan.delay(1, random)).distinct())
                .hasSizeGreaterThan(80);
    }
}
