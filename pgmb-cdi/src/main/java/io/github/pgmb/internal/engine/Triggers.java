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

    private final ScheduledExecutorService scheduler;
    private final List<ScheduledFuture<?>> scheduled = new ArrayList<>();

    Triggers(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    /** Fires {@code signal} at once and then at intervals; never, if the interval is zero. */
    void every(Duration interval, Runnable signal) {
        if (!interval.isZero()) {
            scheduled.add(scheduler.scheduleWithFixedDelay(signal, 0, interval.toMillis(), TimeUnit.MILLISECONDS));
        }
    }

    /** Some servers would go on firing after the application is gone. */
    void cancel() {
        scheduled.forEach(trigger -> trigger.cancel(false));
        scheduled.clear();
    }
}
