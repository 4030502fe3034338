package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Interest;
import java.time.Duration;

/**
 * A durable handler as the application declares it; it is a consumer group of its own.
 *
 * @param name unique in the application; the group's id is {@code <pgmb.group-id>:<name>}
 * @param interest which events it receives
 * @param unit whether it is called with single events or with batches
 * @param acknowledgement when its progress is stored
 * @param failures what becomes of the events that it fails on
 * @param transactionTimeout how long the transaction that the engine begins for it may take, in whole seconds; zero: as long as the
 *     container allows
 * @param maxLag how many events may wait before the node is not ready any more; 0: any number
 * @param description class and method, for logs
 */
public record HandlerDefinition(
        String name,
        Interest interest,
        Unit unit,
        Acknowledging acknowledgement,
        FailurePolicy failures,
        Duration transactionTimeout,
        long maxLag,
        String description,
        Handling handling) {

    /** How many events one call receives. */
    public enum Unit {
        EVENT,
        BATCH
    }

    /** When progress is stored. */
    public enum Acknowledging {
        /** After the handler has returned, in a transaction of its own: at-least-once. */
        AFTER_RETURN,
        /** In the handler's transaction, which the engine begins and ends: effects and progress commit together. */
        IN_TRANSACTION
    }
}
