package io.github.pgmb.test.postgres;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Assertions about what takes its time: tried again until they hold. */
public final class Eventually {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Eventually() {}

    /** What throws as long as it does not hold. */
    @FunctionalInterface
    public interface Assertion {
        void check() throws Exception;
    }

    public static void eventually(Assertion assertion) {
        within(LIMIT, assertion);
    }

    /** Fails with what the assertion said last. */
    public static void within(Duration limit, Assertion assertion) {
        var end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                assertion.check();
                return;
            } catch (AssertionError notYet) {
                if (System.nanoTime() > end) {
                    throw notYet;
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            pause();
        }
    }

    /** Fails at once when the assertion fails within the given time. */
    public static void throughout(Duration time, Assertion assertion) {
        var end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            within(Duration.ZERO, assertion);
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
