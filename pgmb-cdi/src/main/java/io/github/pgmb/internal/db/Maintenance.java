package io.github.pgmb.internal.db;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Partitions and retention. Thread-safe; may run on several nodes at once. */
public final class Maintenance {

    private static final int MOST_CALLS = 1000;
    private static final String RETENTION = """
            select s.group_id, case when s.overdue then s.waiting_since end, s.dropped
            from (
              select g.*, coalesce(
                g.waiting_since < clock_timestamp() - pgmb.get_config_value('partition_retention_period')::interval, false
              ) as overdue
              from pgmb.group_status g
            ) s
            where s.overdue or s.dropped > 0
            order by s.group_id
            """;

    private final Database database;

    public Maintenance(Database database) {
        this.database = database;
    }

    /**
     * A group that retention is a matter of, be it of this application or not.
     *
     * @param overdueSince when the first event that waits was made, if that is longer ago than the retention period: the log is
     *     kept for this group
     * @param dropped how many events were dropped before the group had read them
     */
    public record GroupRetention(String groupId, Optional<Instant> overdueSince, long dropped) {}

    /** Does all that is due, each piece in a transaction of its own, so that it holds its locks for milliseconds only. */
    public void run() throws SQLException {
        untilNothingIsLeft("select pgmb.maintenance_step(now())");
        untilNothingIsLeft("select pgmb.clean_up(now())");
    }

    private void untilNothingIsLeft(String call) throws SQLException {
        for (var calls = 0; calls < MOST_CALLS && !Thread.currentThread().isInterrupted(); calls++) {
            if (!returnsTrue(call)) {
                return;
            }
        }
    }

    private boolean returnsTrue(String call) throws SQLException {
        return database.inReadCommitted(connection -> {
            try (var select = connection.prepareStatement(call)) {
                return Nodes.returnedTrue(select);
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

    /** The groups that the log is kept for beyond the retention period, or that have lost something. */
    public List<GroupRetention> retention() throws SQLException {
        return database.with(connection -> {
            try (var select = connection.prepareStatement(RETENTION);
                    var row = select.executeQuery()) {
                var groups = new ArrayList<GroupRetention>();
                while (row.next()) {
                    var since = Optional.ofNullable(row.getObject(2, OffsetDateTime.class));
                    groups.add(
                            new GroupRetention(row.getString(1), since.map(OffsetDateTime::toInstant), row.getLong(3)));
                }
                return groups;
            }
        });
    }
}
