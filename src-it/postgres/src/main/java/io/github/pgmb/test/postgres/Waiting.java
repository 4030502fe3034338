package io.github.pgmb.test.postgres;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits by looking again; an interrupt ends the wait with an exception and stays set. */
final class Waiting {
    private static final long PAUSE_MS = 20;

    private Waiting() {}

    /** Returns whether the condition became true within the limit. */
    static boolean until(Duration limit, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause();
        }
        return true;
    }

    static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresException("Interrupted", e);
        }
    }
}
