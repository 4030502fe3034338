package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Maintenance;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;

/** Whether pg_cron ticks and maintains in the database, as of the last look. Thread-safe. */
final class PgCron {

    // The setting survives a restore into a database without its jobs: nothing may then wait for ever.
    private static final Duration LONGEST_WITHOUT_TICK = Duration.ofMinutes(1);
    private static final Duration LONGEST_WITHOUT_MAINTENANCE = Duration.ofHours(1);

    private final Maintenance maintenance;
    private volatile boolean on;

    PgCron(Maintenance maintenance) {
        this.maintenance = maintenance;
    }

    void look() throws SQLException {
        on = maintenance.isLeftToPgCron();
    }

    boolean isOn() {
        return on;
    }

    /** How often this node ticks, which would do so that often by itself. */
    Supplier<Duration> ticksEvery(Duration interval) {
        return () -> atLeast(LONGEST_WITHOUT_TICK, interval);
    }

    /** How often this node maintains, which would do so that often by itself. */
    Supplier<Duration> maintainsEvery(Duration interval) {
        return () -> atLeast(LONGEST_WITHOUT_MAINTENANCE, interval);
    }

    private Duration atLeast(Duration whenOn, Duration interval) {
        return !on || interval.isZero() || interval.compareTo(whenOn) > 0 ? interval : whenOn;
    }
}
