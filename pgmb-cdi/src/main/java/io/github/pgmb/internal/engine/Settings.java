package io.github.pgmb.internal.engine;

import java.time.Duration;

/**
 * Everything that can be tuned, validated; read once at start.
 *
 * @param groupId prefix of the handlers' group ids; the durable identity of the application
 * @param pollEventsInterval how often this node looks for events that nobody announced; zero: never (something else ticks)
 * @param readEventsInterval how often this node looks for deliveries that another node assigned
 * @param readChunkSize the most events that one read fetches, and that one batch holds
 * @param tableMaintenanceInterval how often partitions are created and dropped; zero: never (something else does)
 * @param lease how long this node may be silent before others take its groups over
 * @param handlerThreads how many handlers run at the same time on this node
 * @param drainTimeout how long a stop waits for running handlers before it interrupts them
 * @param schemaMigration what is done about the schema at start
 */
public record Settings(
        String groupId,
        Duration pollEventsInterval,
        Duration readEventsInterval,
        int readChunkSize,
        Duration tableMaintenanceInterval,
        Duration lease,
        int handlerThreads,
        Duration drainTimeout,
        SchemaMigration schemaMigration) {

    /** What is done about the schema at start. */
    public enum SchemaMigration {
        /** Nothing: any version that this release can work with will do. */
        NONE,
        /** It must be of this release's version, or of a newer one that serves it; nothing is changed. */
        VALIDATE,
        /** Installed, or migrated from an older version, under a lock. */
        UPDATE
    }
}
