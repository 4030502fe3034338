package io.github.pgmb.internal.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

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

    /** Fires {@code signal} at once and then at intervals, which may change; never, if the interval is zero. */
    void every(Supplier<Duration> interval, Runnable signal) {
        var first = interval.get();
        if (!first.isZero()) {
            var pause = first.compareTo(LONGEST_PAUSE) < 0 ? first : LONGEST_PAUSE;
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

        private final Supplier<Duration> length;
        private final Runnable signal;
        private long fired;

        Interval(Supplier<Duration> length, Runnable signal) {
            this.length = length;
            this.signal = signal;
            this.fired = System.nanoTime() - length.get().toNanos();
        }

        @Override
        public void run() {
            var now = System.nanoTime();
            if (now - fired >= length.get().toNanos()) {
                fired = now;
                signal.run();
            }
        }
    }
}
