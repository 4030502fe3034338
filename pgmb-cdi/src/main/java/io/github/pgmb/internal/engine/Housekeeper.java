package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Maintenance;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/** Runs the maintenance of partitions on the workers, never twice at once. */
final class Housekeeper {

    private final Maintenance maintenance;
    private final Workers workers;
    private final Outage outage;
    private final AtomicBoolean busy = new AtomicBoolean();

    Housekeeper(Maintenance maintenance, Workers workers, Outage outage) {
        this.maintenance = maintenance;
        this.workers = workers;
        this.outage = outage;
    }

    void signal() {
        if (busy.compareAndSet(false, true)) {
            workers.execute(this::run);
        }
    }

    private void run() {
        try {
            maintenance.run();
        } catch (SQLException | RuntimeException e) {
            outage.begun(e);
        } finally {
            busy.set(false);
        }
    }
}
