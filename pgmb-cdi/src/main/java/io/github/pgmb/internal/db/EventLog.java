package io.github.pgmb.internal.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log: events go in by publishing, and are dispatched to the groups by ticks. Thread-safe. */
public final class EventLog {

    // The order of unnest is the order of insertion, and that of what comes back.
    private static final String PUBLISH = """
            insert into pgmb.events (topic, payload, metadata)
            select e.topic, e.payload::jsonb, e.metadata::jsonb
            from unnest(?::text[], ?::text[], ?::text[]) with ordinality e (topic, payload, metadata, n)
            order by e.n
            returning id
            """;
    // One message, and so one transaction, which the limit ends with; a limit counts from the next statement on.
    private static final String TICK =
            "select pgmb.limit_tick(); select busy, matches, more, group_nos from pgmb.tick()";

    private final Database database;

    public EventLog(Database database) {
        this.database = database;
    }

    /**
     * An event to be stored.
     *
     * @param payload JSON text
     * @param metadata text of a JSON object
     */
    public record Entry(
            String topic, String payload, @Nullable String metadata) {}

    /** Appends events in the transaction of the calling thread, if it has one; returns their ids in the same order. */
    public List<String> publish(List<Entry> entries) throws SQLException {
        return database.with(connection -> {
            try (var insert = connection.prepareStatement(PUBLISH)) {
                insert.setArray(
                        1,
                        textArray(connection, entries.stream().map(Entry::topic).toArray(String[]::new)));
                insert.setArray(
                        2,
                        textArray(
                                connection, entries.stream().map(Entry::payload).toArray(String[]::new)));
                insert.setArray(
                        3,
                        textArray(
                                connection,
                                entries.stream().map(Entry::metadata).toArray(String[]::new)));
                var ids = new ArrayList<String>(entries.size());
                try (var row = insert.executeQuery()) {
                    while (row.next()) {
                        ids.add(row.getString(1));
                    }
                }
                return ids;
            }
        });
    }

    /**
     * What a tick did.
     *
     * @param busy another session is ticking, nothing was done
     * @param matches how many (event, subscription) pairs were assigned
     * @param more the next tick has work already
     * @param groups who received something
     */
    public record Tick(boolean busy, long matches, boolean more, List<Long> groups) {}

    /** Dispatches what has committed since the last tick, as a transaction of its own. */
    public Tick tick() throws SQLException {
        return database.with(connection -> {
            try (var tick = connection.prepareStatement(TICK)) {
                tick.execute();
                tick.getMoreResults();
                try (var row = tick.getResultSet()) {
                    row.next();
                    var groups = List.of((Long[]) row.getArray(4).getArray());
                    return new Tick(row.getBoolean(1), row.getLong(2), row.getBoolean(3), groups);
                }
            }
        });
    }

    private static java.sql.Array textArray(Connection connection, @Nullable String[] texts) throws SQLException {
        return connection.createArrayOf("text", texts);
    }
}
