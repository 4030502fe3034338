package io.github.pgmb.internal.db;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Nodes with their leases, and which groups they own. Thread-safe. */
public final class Nodes {

    private static final String TOPICAL = "pgmb.topic_matches(s.params -> 'topics', e.topic)";

    private final Database database;

    public Nodes(Database database) {
        this.database = database;
    }

    /** A group in the hands of this node: in this epoch, to go on after this position. */
    public record Ownership(long groupNo, long epoch, long position) {}

    /** Makes this node known; its lease runs from now on. */
    public void register(String node, Duration lease) throws SQLException {
        database.with(connection -> {
            try (var register = connection.prepareStatement("select pgmb.register_node(?, ? * interval '1 ms')")) {
                register.setString(1, node);
                register.setLong(2, lease.toMillis());
                return register.execute();
            }
        });
    }

    /** Renews the lease; false if the node is not known any more and must register again. */
    public boolean renew(String node) throws SQLException {
        return database.with(connection -> {
            try (var renew = connection.prepareStatement("select pgmb.renew_lease(?)")) {
                renew.setString(1, node);
                return returnedTrue(renew);
            }
        });
    }

    /**
     * Says that this node has a handler for a group; makes the group and its subscription. Returns the number of the group.
     *
     * @throws SQLException with {@link SqlErrors#isConditionRefused} if the condition is wrong
     */
    public long declare(String node, String groupId, Interest interest) throws SQLException {
        var sql = "select pgmb.declare_handler(?, ?, ?, ?::jsonb || case when cardinality(?::text[]) > 0"
                + " then jsonb_build_object('topics', to_jsonb(?::text[])) else '{}' end)";
        return database.with(connection -> {
            try (var declare = connection.prepareStatement(sql)) {
                var topics = connection.createArrayOf("text", interest.topics().toArray());
                declare.setString(1, node);
                declare.setString(2, groupId);
                declare.setString(3, conditionText(interest));
                declare.setString(4, interest.params());
                declare.setArray(5, topics);
                declare.setArray(6, topics);
                try (var row = declare.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        });
    }

    /** Takes what is free among the groups this node declares, except those it holds. */
    public List<Ownership> takeOver(String node, Collection<Long> held) throws SQLException {
        return database.with(connection -> {
            try (var take =
                    connection.prepareStatement("select group_no, epoch, \"position\" from pgmb.take_over(?, ?)")) {
                take.setString(1, node);
                take.setArray(2, connection.createArrayOf("bigint", held.toArray()));
                var taken = new ArrayList<Ownership>();
                try (var row = take.executeQuery()) {
                    while (row.next()) {
                        taken.add(new Ownership(row.getLong(1), row.getLong(2), row.getLong(3)));
                    }
                }
                return taken;
            }
        });
    }

    /** Gives a group up, so that another node can take it at once. */
    public void handOver(String node, Ownership owned) throws SQLException {
        database.with(connection -> {
            try (var handOver = connection.prepareStatement("select pgmb.hand_over(?, ?, ?)")) {
                handOver.setString(1, node);
                handOver.setLong(2, owned.groupNo());
                handOver.setLong(3, owned.epoch());
                return handOver.execute();
            }
        });
    }

    /**
     * Says that this node has no handler for a group any more; if it owned the group, that is free at once. False if an
     * acknowledgement is still being committed; to be called again.
     */
    public boolean withdraw(String node, long groupNo) throws SQLException {
        return database.with(connection -> {
            try (var withdraw = connection.prepareStatement("select pgmb.withdraw_handler(?, ?)")) {
                withdraw.setString(1, node);
                withdraw.setLong(2, groupNo);
                return returnedTrue(withdraw);
            }
        });
    }

    /** Forgets this node; its groups are free at once. */
    public void remove(String node) throws SQLException {
        database.with(connection -> {
            try (var remove = connection.prepareStatement("select pgmb.remove_node(?)")) {
                remove.setString(1, node);
                return remove.execute();
            }
        });
    }

    private static String conditionText(Interest interest) {
        if (interest.topics().isEmpty()) {
            return interest.conditionsSql();
        }
        // The line break ends a comment that the condition may close with.
        return interest.conditionsSql().isEmpty() ? TOPICAL : TOPICAL + " and (" + interest.conditionsSql() + "\n)";
    }

    static boolean returnedTrue(PreparedStatement call) throws SQLException {
        try (var row = call.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }
}
