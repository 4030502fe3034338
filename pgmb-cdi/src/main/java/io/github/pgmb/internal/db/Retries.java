package io.github.pgmb.internal.db;

import io.github.pgmb.internal.db.Nodes.Ownership;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What handlers have failed on, until it is handled or a dead letter. Thread-safe. */
public final class Retries {

    private static final String READ =
            "select no, attempts, id, topic, payload, metadata from pgmb.read_retries(?, ?, ?, ?)";
    private static final String OUTLOOK =
            "select ceil(extract(epoch from due_in) * 1000)::bigint, blocks from pgmb.next_retry(?)";

    private static final String FAILURES = """
            select
              g.id, (select count(*) from (select from pgmb.retry_status r where r.group_id = g.id limit ?) w),
              n.next_attempt_at, n.last_error, pgmb.discard_dead_letters(g.id, null, ?, true)
            from unnest(?::text[]) g (id)
            left join lateral (
              select r.next_attempt_at, r.last_error from pgmb.retry_status r where r.group_id = g.id order by 1 limit 1
            ) n on true
            """;

    private final Database database;

    public Retries(Database database) {
        this.database = database;
    }

    /**
     * What is to come.
     *
     * @param dueIn until the first one is due, not negative; empty if there is none
     * @param blocks whether the group is to wait for one of them
     */
    public record Outlook(Optional<Duration> dueIn, boolean blocks) {

        public static final Outlook NONE = new Outlook(Optional.empty(), false);

        static Outlook of(@Nullable Long dueInMs, boolean blocks) {
            return new Outlook(Optional.ofNullable(dueInMs).map(ms -> Duration.ofMillis(Math.max(0, ms))), blocks);
        }
    }

    /** Of a group. */
    public Outlook outlook(long groupNo) throws SQLException {
        return database.with(connection -> {
            try (var next = connection.prepareStatement(OUTLOOK)) {
                next.setLong(1, groupNo);
                try (var row = next.executeQuery()) {
                    row.next();
                    return Outlook.of(row.getObject(1, Long.class), row.getBoolean(2));
                }
            }
        });
    }

    /**
     * Those that are due, the first due first: whole ones until there are that many events.
     *
     * @throws SQLException with {@link SqlErrors#isNotOwner} if the node does not own the group in this epoch any more
     */
    public List<Retry> due(String node, Ownership owned, int atMost) throws SQLException {
        return database.with(connection -> {
            try (var read = connection.prepareStatement(READ)) {
                read.setString(1, node);
                read.setLong(2, owned.groupNo());
                read.setLong(3, owned.epoch());
                read.setInt(4, atMost);
                try (var row = read.executeQuery()) {
                    return retries(row);
                }
            }
        });
    }

    private static List<Retry> retries(ResultSet row) throws SQLException {
        var retries = new ArrayList<Retry>();
        while (row.next()) {
            if (retries.isEmpty() || retries.get(retries.size() - 1).no() != row.getLong(1)) {
                retries.add(new Retry(row.getLong(1), row.getInt(2), new ArrayList<>(), new ArrayList<>()));
            }
            var retry = retries.get(retries.size() - 1);
            if (row.getString(4) == null) {
                retry.gone().add(row.getString(3));
            } else {
                retry.events()
                        .add(new StoredEvent(
                                0, row.getString(3), row.getString(4), row.getString(5), row.getString(6)));
            }
        }
        return retries;
    }

    /** Of those of these groups that have any. */
    public List<GroupFailures> failures(List<String> groupIds) throws SQLException {
        return database.with(connection -> {
            try (var select = connection.prepareStatement(FAILURES)) {
                select.setInt(1, GroupFailures.MOST);
                select.setInt(2, GroupFailures.MOST);
                select.setArray(3, connection.createArrayOf("text", groupIds.toArray()));
                var failures = new ArrayList<GroupFailures>();
                try (var row = select.executeQuery()) {
                    while (row.next()) {
                        failures.add(new GroupFailures(
                                row.getString(1),
                                row.getLong(2),
                                Optional.ofNullable(row.getObject(3, OffsetDateTime.class))
                                        .map(OffsetDateTime::toInstant),
                                Optional.ofNullable(row.getString(4)),
                                row.getLong(5)));
                    }
                }
                return failures.stream().filter(GroupFailures::isAny).toList();
            }
        });
    }

    /** Whether a retry has not been settled yet. */
    public boolean isWaiting(long no) throws SQLException {
        return database.with(connection -> {
            try (var select =
                    connection.prepareStatement("select exists (select from pgmb.retry_status where retry_no = ?)")) {
                select.setLong(1, no);
                return Nodes.returnedTrue(select);
            }
        });
    }

    /**
     * Acknowledges a retry, in the transaction of the calling thread if it has one. False: somebody else owns the group, or it
     * has been settled; nothing was, and the transaction is to be rolled back.
     *
     * @param failed what of it was not handled
     */
    public boolean settle(String node, Ownership owned, long no, List<FailedPart> failed) throws SQLException {
        try {
            return database.with(connection -> {
                try (var settle = connection.prepareStatement("select pgmb.settle_retry(?, ?, ?, ?, ?::jsonb)")) {
                    settle.setString(1, node);
                    settle.setLong(2, owned.groupNo());
                    settle.setLong(3, owned.epoch());
                    settle.setLong(4, no);
                    settle.setString(5, FailedPart.toJson(failed));
                    return Nodes.returnedTrue(settle);
                }
            });
        } catch (SQLException e) {
            if (SqlErrors.isSerializationFailure(e)) {
                return false;
            }
            throw e;
        }
    }
}
