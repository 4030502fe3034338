package io.github.pgmb.internal.db;

import io.github.pgmb.internal.db.Nodes.Ownership;
import io.github.pgmb.internal.db.Retries.Outlook;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What groups are to handle, and how far they are. Thread-safe. */
public final class Groups {

    private static final String READ =
            "select \"position\", id, topic, payload, metadata from pgmb.read_group(?, ?, ?, ?, ?)";
    private static final String MISSING = "select \"position\", event_id from pgmb.missing_events(?, ?, ?, ?, ?)";
    private static final String STATUS = """
            select
              s.group_no, s.position, s.lag, s.owner, s.quarantine, d.declaration is not distinct from s.declaration,
              ceil(extract(epoch from r.due_in) * 1000)::bigint, coalesce(r.blocks, false)
            from pgmb.group_status s
            cross join lateral pgmb.next_retry(s.group_no) r
            left join pgmb.node_groups d on d.group_no = s.group_no and d.node = ?
            where s.group_no = any (?)
            """;

    private final Database database;

    public Groups(Database database) {
        this.database = database;
    }

    /**
     * What one read found.
     *
     * @param events in order
     * @param gone those before, between and after them that are no longer in the log, in order
     */
    public record Chunk(List<StoredEvent> events, List<Gone> gone) {

        public boolean isEmpty() {
            return events.isEmpty() && gone.isEmpty();
        }

        /** The position of the last one; there is one. */
        public long last() {
            var read = events.isEmpty() ? 0 : events.get(events.size() - 1).position();
            return gone.isEmpty()
                    ? read
                    : Math.max(read, gone.get(gone.size() - 1).position());
        }
    }

    /** An event that somebody has deleted from the log. */
    public record Gone(long position, String id) {}

    /**
     * The events after a position.
     *
     * @throws SQLException with {@link SqlErrors#isNotOwner} if the node does not own the group in this epoch any more
     */
    public Chunk read(String node, Ownership owned, long afterPosition, int atMost) throws SQLException {
        return database.with(connection -> {
            var events = new ArrayList<StoredEvent>();
            var missing = new HashSet<Long>();
            try (var read = reading(connection, READ, node, owned, afterPosition, atMost);
                    var row = read.executeQuery()) {
                while (row.next()) {
                    if (row.getString(2) == null) {
                        missing.add(row.getLong(1));
                    } else {
                        events.add(new StoredEvent(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getString(5)));
                    }
                }
            }
            if (missing.isEmpty()) {
                return new Chunk(events, List.of());
            }
            try (var read = reading(connection, MISSING, node, owned, afterPosition, atMost)) {
                return new Chunk(events, gone(read, missing));
            }
        });
    }

    private static List<Gone> gone(PreparedStatement read, Set<Long> missing) throws SQLException {
        var gone = new ArrayList<Gone>();
        try (var row = read.executeQuery()) {
            while (row.next()) {
                // Others were still there at the first look, and were read.
                if (missing.contains(row.getLong(1))) {
                    gone.add(new Gone(row.getLong(1), row.getString(2)));
                }
            }
        }
        if (gone.size() < missing.size()) {
            throw new SQLException("events came back into the log while it was read", SqlErrors.SERIALIZATION_FAILURE);
        }
        return gone;
    }

    private static PreparedStatement reading(
            Connection connection, String sql, String node, Ownership owned, long afterPosition, int atMost)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        statement.setString(1, node);
        statement.setLong(2, owned.groupNo());
        statement.setLong(3, owned.epoch());
        statement.setLong(4, afterPosition);
        statement.setInt(5, atMost);
        return statement;
    }

    /**
     * Acknowledges the events in (from, to], in the transaction of the calling thread if it has one. False: somebody else
     * owns the group, or it stands elsewhere; nothing was acknowledged and the transaction is to be rolled back.
     */
    public boolean advance(String node, Ownership owned, long from, long to) throws SQLException {
        return acknowledged("select pgmb.advance(?, ?, ?, ?, ?)", node, owned, from, to, advance -> {});
    }

    /**
     * Like {@link #advance}, for events of which some were not handled: what becomes of those is stored with the position.
     */
    public boolean setAside(String node, Ownership owned, long from, long to, List<FailedPart> failed)
            throws SQLException {
        return acknowledged(
                "select pgmb.set_aside(?, ?, ?, ?, ?, ?::jsonb)",
                node,
                owned,
                from,
                to,
                setAside -> setAside.setString(6, FailedPart.toJson(failed)));
    }

    private interface MoreParameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private boolean acknowledged(String sql, String node, Ownership owned, long from, long to, MoreParameters more)
            throws SQLException {
        try {
            return database.with(connection -> {
                try (var acknowledge = connection.prepareStatement(sql)) {
                    acknowledge.setString(1, node);
                    acknowledge.setLong(2, owned.groupNo());
                    acknowledge.setLong(3, owned.epoch());
                    acknowledge.setLong(4, from);
                    acknowledge.setLong(5, to);
                    more.set(acknowledge);
                    return Nodes.returnedTrue(acknowledge);
                }
            });
        } catch (SQLException e) {
            if (SqlErrors.isUniqueViolation(e) || SqlErrors.isSerializationFailure(e)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Where a group stands.
     *
     * @param quarantine why its condition is not evaluated any more; empty if it is
     * @param retries which of its retries come next
     * @param asDeclared whether what the asking node declares is the newest declaration
     */
    public record Standing(
            long groupNo,
            long position,
            long lag,
            Optional<String> owner,
            Optional<String> quarantine,
            Outlook retries,
            boolean asDeclared) {}

    /** As seen by a node. */
    public List<Standing> standings(String node, Collection<Long> groupNos) throws SQLException {
        return database.with(connection -> {
            try (var status = connection.prepareStatement(STATUS)) {
                status.setString(1, node);
                status.setArray(2, connection.createArrayOf("bigint", groupNos.toArray()));
                var standings = new ArrayList<Standing>();
                try (var row = status.executeQuery()) {
                    while (row.next()) {
                        standings.add(new Standing(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                Optional.ofNullable(row.getString(4)),
                                Optional.ofNullable(row.getString(5)),
                                Outlook.of(row.getObject(7, Long.class), row.getBoolean(8)),
                                row.getBoolean(6)));
                    }
                }
                return standings;
            }
        });
    }
}
