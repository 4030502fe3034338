package io.github.pgmb.it.faults.node;

import io.github.pgmb.internal.db.StoredEvent;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** The ledger in the database: rows that handlers write in their transactions. Nothing keeps them from being there twice. */
record Effects(DataSource dataSource) {

    private static final String ADD = """
            insert into faults.effects (handler, event_id, "position", node)
            select ?, e.id, e.position, ? from unnest(?, ?) with ordinality e (id, "position", n) order by n
            """;

    void add(String handler, List<StoredEvent> events) throws SQLException {
        try (var connection = dataSource.getConnection();
                var add = connection.prepareStatement(ADD)) {
            add.setString(1, handler);
            add.setLong(2, ProcessHandle.current().pid());
            add.setArray(
                    3,
                    connection.createArrayOf(
                            "text", events.stream().map(StoredEvent::id).toArray()));
            add.setArray(
                    4,
                    connection.createArrayOf(
                            "bigint", events.stream().map(StoredEvent::position).toArray()));
            add.executeUpdate();
        }
    }

    /** Whether handlers do not fail on poison any more. */
    boolean areMended() throws SQLException {
        try (var connection = dataSource.getConnection();
                var select = connection.prepareStatement("select exists (select from faults.mended)");
                var row = select.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }
}
