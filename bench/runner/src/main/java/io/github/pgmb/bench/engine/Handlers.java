package io.github.pgmb.bench.engine;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import java.time.Duration;
import java.util.List;

/** Handlers of one topic each, of events as they are stored. */
public final class Handlers {

    private Handlers() {}

    public static HandlerDefinition of(
            String name,
            String topic,
            Unit unit,
            Acknowledging acknowledging,
            FailurePolicy failures,
            StoredHandling handling) {
        return new HandlerDefinition(
                name,
                new Interest(List.of(topic), "", "{}"),
                unit,
                acknowledging,
                failures,
                Duration.ZERO,
                0,
                "the handler " + name,
                Handling.ofStored(handling));
    }

    /** Single events, acknowledged after the return. */
    public static HandlerDefinition onTopic(String name, String topic, StoredHandling handling) {
        return of(name, topic, Unit.EVENT, Acknowledging.AFTER_RETURN, FailurePolicy.DEFAULT, handling);
    }
}
