package io.github.pgmb.bench.measure;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;

/** A connection that ticks. */
public final class Dispatcher implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement tick;
    private Duration longest = Duration.ZERO;
    private boolean more;

    public Dispatcher(Store store) throws SQLException {
        connection = store.connect();
        tick = connection.prepareStatement("select matches, more from pgmb.tick()");
    }

    /** Returns the number of matches. */
    public long tick() throws SQLException {
        var start = System.nanoTime();
        try (var row = tick.executeQuery()) {
            row.next();
            more = row.getBoolean(2);
            return row.getLong(1);
        } finally {
            var taken = Duration.ofNanos(System.nanoTime() - start);
            longest = taken.compareTo(longest) > 0 ? taken : longest;
        }
    }

    /** Ticks until nothing is left. */
    public long dispatch() throws SQLException {
        return dispatch(Long.MAX_VALUE);
    }

    /** Ticks until that many matches are found, or nothing is left. */
    public long dispatch(long matches) throws SQLException {
        var found = tick();
        while (more && found < matches) {
            found += tick();
        }
        return found;
    }

    /** What the longest of its statements took, with the way there and back. */
    public Duration longest() {
        return longest;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
