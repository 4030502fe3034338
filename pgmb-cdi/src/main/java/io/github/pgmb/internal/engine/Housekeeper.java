package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Maintenance;
import io.github.pgmb.internal.engine.Troubles.Part;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the maintenance of partitions on the workers, never twice at once, and looks at what retention does and what has failed. */
final class Housekeeper {

    private final Maintenance maintenance;
    private final Workers workers;
    private final Troubles troubles;
    private final RetentionWatch retention;
    private final FailureWatch failures;
    private final MonotonicClock clock;
    private final AtomicBoolean busy = new AtomicBoolean();

    Housekeeper(
            Maintenance maintenance,
            Workers workers,
            Troubles troubles,
            RetentionWatch retention,
            FailureWatch failures,
            MonotonicClock clock) {
        this.maintenance = maintenance;
        this.workers = workers;
        this.troubles = troubles;
        this.retention = retention;
        this.failures = failures;
        this.clock = clock;
    }

    void signal() {
        if (busy.compareAndSet(false, true)) {
            workers.execute(this::run);
        }
    }

    private void run() {
        var begunAt = clock.nanoTime();
        try {
            maintenance.run();
            retention.sees(maintenance.retention());
            failures.look();
            troubles.over(Part.MAINTENANCE, begunAt);
        } catch (SQLException | RuntimeException e) {
            troubles.met(Part.MAINTENANCE, e);
        } finally {
            busy.set(false);
        }
    }
}
