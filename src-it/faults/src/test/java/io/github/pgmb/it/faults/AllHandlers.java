package io.github.pgmb.it.faults;

import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.AFTER_RETURN;
import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.IN_TRANSACTION;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.BATCH;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.EVENT;

import io.github.pgmb.it.faults.node.HandlerSpec;
import java.util.List;

/** Handlers of all kinds. */
final class AllHandlers {

    private static final int SOME = 10;

    private AllHandlers() {}

    /** None of them fails by itself. */
    static List<HandlerSpec> sound() {
        return List.of(
                HandlerSpec.of("event-after", EVENT, AFTER_RETURN),
                HandlerSpec.of("batch-after", BATCH, AFTER_RETURN),
                HandlerSpec.of("event-tx", EVENT, IN_TRANSACTION),
                HandlerSpec.of("batch-tx", BATCH, IN_TRANSACTION));
    }

    /** Some of their calls fail, and are repeated until they do not. */
    static List<HandlerSpec> flaky() {
        return List.of(
                HandlerSpec.of("flaky-event-after", EVENT, AFTER_RETURN).failing(SOME),
                HandlerSpec.of("flaky-batch-after", BATCH, AFTER_RETURN)
                        .failing(SOME)
                        .splitting(),
                HandlerSpec.of("flaky-event-tx", EVENT, IN_TRANSACTION).failing(SOME),
                HandlerSpec.of("flaky-batch-tx", BATCH, IN_TRANSACTION)
                        .failing(SOME)
                        .splitting(),
                HandlerSpec.of("strict-event-tx", EVENT, IN_TRANSACTION)
                        .failing(2)
                        .blocking());
    }
}
