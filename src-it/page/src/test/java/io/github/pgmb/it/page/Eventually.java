package io.github.pgmb.it.page;

import java.io.IOException;
import java.time.Duration;

/** Waits by looking again. */
final class Eventually {

    private static final long PAUSE_MS = 50;

    private Eventually() {}

    static void within(Duration limit, Condition condition) throws IOException, InterruptedException {
        var deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + limit.toSeconds() + " s");
            }
            Thread.sleep(PAUSE_MS);
        }
    }

    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Until the assertions hold; their last failure if they do not. */
    static void asserted(Duration limit, Runnable assertions) throws InterruptedException {
        var deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                assertions.run();
                return;
            } catch (AssertionError e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
