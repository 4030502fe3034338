package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import java.time.Duration;
import java.util.List;

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
