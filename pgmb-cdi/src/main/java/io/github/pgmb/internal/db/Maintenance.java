package io.github.pgmb.internal.db;

import java.sql.SQLException;

/** Partitions and retention. Thread-safe; may run on several nodes at once. */
public final class Maintenance {

    private static final int MOST_STEPS = 1000;

    private final Database database;

    public Maintenance(Database database) {
        this.database = database;
    }

    /** Does all that is due, each piece in a transaction of its own, so that it holds its locks for milliseconds only. */
    public void run() throws SQLException {
        for (var step = 0; step < MOST_STEPS && maintenanceStep(); step++) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
        }
        database.with(connection -> {
            try (var cleanUp = connection.prepareStatement("select pgmb.clean_up(now())")) {
                return cleanUp.execute();
            }
        });
    }

    /** Whether pg_cron ticks and maintains in this database. */
    public boolean isLeftToPgCron() throws SQLException {
        return database.with(connection -> {
            try (var select = connection.prepareStatement("select pgmb.get_config_value('use_pg_cron') = 'true'")) {
                return Nodes.returnedTrue(select);
            }
        });
    }

    private boolean maintenanceStep() throws SQLException {
        return database.with(connection -> {
            try (var step = connection.prepareStatement("select pgmb.maintenance_step(now())")) {
                return Nodes.returnedTrue(step);
            }
        });
    }
}
