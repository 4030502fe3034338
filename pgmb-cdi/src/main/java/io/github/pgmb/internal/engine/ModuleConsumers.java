package io.github.pgmb.internal.engine;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The consumers of one module, and the threads on which they run. Thread-safe. */
record ModuleConsumers(String module, List<Consumer> consumers, Workers workers) {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");
    private static final long DRAIN_CHECK_MS = 10;

    /** From now on nothing more is fetched. */
    void drain() {
        consumers.forEach(Consumer::drain);
    }

    /** Waits until running handlers have ended, at most until the end by {@link System#nanoTime()}, then interrupts them. */
    void stop(long end) throws InterruptedException {
        try {
            while (!consumers.stream().allMatch(Consumer::isIdle) && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(DRAIN_CHECK_MS);
            }
        } catch (InterruptedException e) {
            workers.interrupt();
            throw e;
        }
        if (!workers.stop()) {
            LOGGER.log(
                    Level.WARNING,
                    "PGMB-0404: handlers of " + module
                            + " did not end within the drain timeout, nor when they were interrupted");
        }
    }
}
