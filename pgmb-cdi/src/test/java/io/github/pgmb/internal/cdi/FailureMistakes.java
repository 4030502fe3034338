package io.github.pgmb.internal.cdi;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.Retry;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** What can be wrong with what a handler declares of its failures. Each nested class has exactly one mistake. */
final class FailureMistakes {

    private FailureMistakes() {}

    record Order(String sku) {}

    static class NoDuration {
        @PgmbObserves(topics = "a", retry = @Retry(delays = {"PT1M", "5 minutes"}))
        void on(Order order) {}
    }

    static class NegativeDelay {
        @PgmbObserves(topics = "a", retry = @Retry(delays = "PT-1S"))
        void on(Order order) {}
    }

    static class DelayOfYears {
        @PgmbObserves(topics = "a", retry = @Retry(delays = "P366D"))
        void on(Order order) {}
    }

    static class NoInitialDelay {
        @PgmbObserves(topics = "a", retry = @Retry(initialDelay = "PT0S"))
        void on(Order order) {}
    }

    static class NoMaxDelay {
        @PgmbObserves(topics = "a", retry = @Retry(maxDelay = "long"))
        void on(Order order) {}
    }

    static class LongInitialDelay {
        @PgmbObserves(topics = "a", retry = @Retry(initialDelay = "PT2S", maxDelay = "PT1S"))
        void on(Order order) {}
    }

    static class LongerThanThePreset {
        @PgmbObserves(topics = "a", retry = @Retry(initialDelay = "PT7H"))
        void on(Order order) {}
    }

    static class Shrinking {
        @PgmbObserves(topics = "a", retry = @Retry(factor = 0.5))
        void on(Order order) {}
    }

    static class Endless {
        @PgmbObserves(topics = "a", retry = @Retry(factor = Double.NaN))
        void on(Order order) {}
    }

    static class Jittery {
        @PgmbObserves(topics = "a", retry = @Retry(jitter = 1.1))
        void on(Order order) {}
    }

    static class NoAttempt {
        @PgmbObserves(topics = "a", retry = @Retry(maxAttempts = -1))
        void on(Order order) {}
    }

    static class BothKinds {
        @PgmbObserves(topics = "a", retry = @Retry(delays = "PT1M", maxAttempts = 3))
        void on(Order order) {}
    }

    static class SplitSingleEvents {
        @PgmbObserves(topics = "a", splitBy = "/topic")
        void on(Order order) {}
    }

    static class SplitByNoPointer {
        @PgmbObserves(topics = "a", splitBy = "topic")
        void on(EventBatch<Order> orders) {}
    }

    static class SplitByNoMember {
        @PgmbObserves(topics = "a", splitBy = "/customer")
        void on(EventBatch<Order> orders) {}
    }

    static class SplitByABadEscape {
        @PgmbObserves(topics = "a", splitBy = "/payload/a~2")
        void on(EventBatch<Order> orders) {}
    }

    static Stream<Arguments> all() {
        return Stream.of(
                arguments("PGMB-0018", NoDuration.class, "has the delay \"5 minutes\""),
                arguments("PGMB-0018", NegativeDelay.class, "has the delay \"PT-1S\""),
                arguments("PGMB-0018", DelayOfYears.class, "has the delay \"P366D\""),
                arguments("PGMB-0018", NoInitialDelay.class, "has the delay \"PT0S\""),
                arguments("PGMB-0018", NoMaxDelay.class, "has the delay \"long\""),
                arguments("PGMB-0018", LongInitialDelay.class, "has an initial delay of PT2S, which exceeds"),
                arguments("PGMB-0018", LongerThanThePreset.class, "has an initial delay of PT7H, which exceeds"),
                arguments("PGMB-0018", Shrinking.class, "has the factor 0.5"),
                arguments("PGMB-0018", Endless.class, "has the factor NaN"),
                arguments("PGMB-0018", Jittery.class, "has the jitter 1.1"),
                arguments("PGMB-0018", NoAttempt.class, "has -1 attempts"),
                arguments("PGMB-0018", BothKinds.class, "has explicit delays and growing ones"),
                arguments("PGMB-0019", SplitSingleEvents.class, "takes single events, but splits"),
                arguments("PGMB-0019", SplitByNoPointer.class, "splits by \"topic\""),
                arguments("PGMB-0019", SplitByNoMember.class, "splits by \"/customer\""),
                arguments("PGMB-0019", SplitByABadEscape.class, "splits by \"/payload/a~2\""));
    }
}
