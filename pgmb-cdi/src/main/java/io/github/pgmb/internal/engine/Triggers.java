package io.github.pgmb.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * What the container's scheduler fires: signals only, done in no time. An application can keep that scheduler from firing
 * at all, so nothing relies on it.
 */
final class Triggers {

    // WildFly keeps a cancelled task, and with it the classes of the application, until its time has come.
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final ScheduledExecutorService scheduler;
    private final List<ScheduledFuture<?>> scheduled = new ArrayList<>();

    Triggers(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    /** Fires {@code signal} at once and then at intervals; never, if the interval is zero. */
    void every(Duration interval, Runnable signal) {
        if (!interval.isZero()) {
            var pause = interval.compareTo(LONGEST_PAUSE) < 0 ? interval : LONGEST_PAUSE;
            scheduled.add(scheduler.scheduleWithFixedDelay(
                    new Interval(interval, signal), 0, pause.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    /** Some servers would go on firing after the application is gone. */
    void cancel() {
        scheduled.forEach(trigger -> trigger.cancel(false));
        scheduled.clear();
    }

    /** Looked at more often than it fires; by one thread after the other. */
    private static final class Interval implements Runnable {

        private final long nanos;
        private final Runnable signal;
        private long due = System.nanoTime();

        Interval(Duration length, Runnable signal) {
            this.nanos = length.toNanos();
            this.signal = signal;
        }

        @Override
        public void run() {
            var now = System.nanoTime();
            if (now - due >= 0) {
                due = now + nanos;
                signal.run();
            }
        }
    }
}
