package io.github.pgmb.it.cluster;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits by looking again. */
final class Waiting {

    private static final long PAUSE_MS = 50;

    private Waiting() {}

    static void until(Duration limit, Supplier<String> what, BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within " + limit.toMillis() + " ms: " + what.get());
            }
            Thread.sleep(PAUSE_MS);
        }
    }
}
