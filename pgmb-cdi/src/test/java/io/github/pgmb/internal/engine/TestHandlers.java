package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Handlers of events as they are stored. */
final class TestHandlers {

    private TestHandlers() {}

    static HandlerDefinition onTopic(String name, String topic, StoredHandling handling) {
        return handler(
                name,
                new Interest(List.of(topic), "", "{}"),
                Unit.EVENT,
                Acknowledging.AFTER_RETURN,
                FailurePolicy.DEFAULT,
                handling);
    }

    static HandlerDefinition onTopic(
            String topic, Unit unit, Acknowledging acknowledging, FailurePolicy failures, StoredHandling handling) {
        return handler("a", new Interest(List.of(topic), "", "{}"), unit, acknowledging, failures, handling);
    }

    /** As what is written in other languages throws what it does not declare. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // that is the trick
    static <T extends Throwable> T undeclared(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** One attempt after each of these delays. */
    static FailurePolicy after(Duration... delays) {
        return new FailurePolicy(new RetryPlan.Delays(List.of(delays)), List.of(), false, Optional.empty());
    }

    static FailurePolicy blocking(FailurePolicy policy) {
        return new FailurePolicy(policy.retries(), policy.permanent(), true, policy.splitBy());
    }

    static FailurePolicy splitting(FailurePolicy policy, String pointer) {
        return new FailurePolicy(policy.retries(), policy.permanent(), policy.blocks(), Optional.of(pointer));
    }

    static FailurePolicy permanent(FailurePolicy policy, Class<? extends Throwable> type) {
        return new FailurePolicy(policy.retries(), List.of(type), policy.blocks(), policy.splitBy());
    }

    static HandlerDefinition handler(
            String name,
            Interest interest,
            Unit unit,
            Acknowledging acknowledging,
            FailurePolicy failures,
            StoredHandling handling) {
        return new HandlerDefinition(
                name,
                interest,
                unit,
                acknowledging,
                failures,
                Duration.ZERO,
                0,
                "Test." + name,
                Handling.ofStored(handling));
    }
}
