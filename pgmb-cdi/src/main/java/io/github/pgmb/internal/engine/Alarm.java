package io.github.pgmb.internal.engine;

import java.time.Duration;

/** Wakes somebody at the earliest of the moments that it was set to. One task at a time waits for that. Thread-safe. */
final class Alarm {

    private final Workers workers;
    private final Runnable wake;
    private final MonotonicClock clock;
    private boolean isSet;
    private long at;

    Alarm(Workers workers, Runnable wake, MonotonicClock clock) {
        this.workers = workers;
        this.wake = wake;
        this.clock = clock;
    }

    synchronized void in(Duration delay) {
        var wanted = clock.nanoTime() + delay.toNanos();
        if (!isSet || wanted - at < 0) {
            isSet = true;
            at = wanted;
            workers.after(delay, () -> rings(wanted));
        }
    }

    private void rings(long wanted) {
        synchronized (this) {
            if (isSet && at == wanted) {
                isSet = false;
            }
        }
        wake.run();
    }
}
