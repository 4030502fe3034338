package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.measure.Store;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A node that owns a group: reads, handles by looking at each value, and acknowledges, as the engine does. */
final class Reader implements AutoCloseable {

    private static final int AT_MOST = 1000;
    private static final long RENEWAL_NANOS = 1_000_000_000L;

    private final Connection connection;
    private final PreparedStatement read;
    private final PreparedStatement advance;
    private final long groupNo;
    private final long epoch;
    private long position;
    private long renewedAt = System.nanoTime();

    Reader(Store store, String group) throws SQLException {
        groupNo = store.number("select no from pgmb.subscription_groups where id = '" + group + "'");
        store.run("select pgmb.register_node('bench', '1 hour');"
                + "insert into pgmb.group_owner (group_no) values (" + groupNo + ") on conflict do nothing;"
                + "update pgmb.group_owner set node = null where group_no = " + groupNo);
        epoch = store.number("select epoch from pgmb.take_group('bench', " + groupNo + ")");
        position = store.number("select pgmb.group_position(" + groupNo + ")");
        connection = store.connect();
        read = connection.prepareStatement(
                "select \"position\", id, topic, payload, metadata from pgmb.read_group('bench', " + groupNo + ", "
                        + epoch + ", ?, " + AT_MOST + ")");
        advance = connection.prepareStatement("select pgmb.advance('bench', " + groupNo + ", " + epoch + ", ?, ?)");
    }

    /** Returns how many there were. */
    int next() throws SQLException {
        renewLease();
        var events = 0;
        var last = position;
        read.setLong(1, position);
        try (var row = read.executeQuery()) {
            while (row.next()) {
                last = row.getLong(1);
                for (var column = 2; column <= 5; column++) {
                    row.getString(column);
                }
                events++;
            }
        }
        if (events > 0) {
            acknowledge(last);
        }
        return events;
    }

    private void acknowledge(long last) throws SQLException {
        advance.setLong(1, position);
        advance.setLong(2, last);
        try (var row = advance.executeQuery()) {
            row.next();
            if (!row.getBoolean(1)) {
                throw new IllegalStateException("group " + groupNo + " was fenced at " + position);
            }
        }
        position = last;
    }

    private void renewLease() throws SQLException {
        if (System.nanoTime() - renewedAt > RENEWAL_NANOS) {
            renewedAt = System.nanoTime();
            try (var renew = connection.createStatement()) {
                renew.execute("select pgmb.renew_lease('bench')");
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
