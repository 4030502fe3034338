package io.github.pgmb.test.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * A database, as a test sees it from outside, or an application through its own data source: needs no other class of this
 * project, so that it can be deployed by itself.
 */
public record SqlClient(DataSource dataSource) {

    /** Publishes as any client of PostgreSQL can. */
    public void publish(String topic, String json) {
        execute("insert into pgmb.events (topic, payload) values (?, ?::jsonb)", topic, json);
    }

    public void execute(String sql, Object... arguments) {
        try (var connection = dataSource.getConnection();
                var statement = prepared(connection, sql, arguments)) {
            statement.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The first column of all rows, as text. */
    public List<String> list(String sql, Object... arguments) {
        try (var connection = dataSource.getConnection();
                var statement = prepared(connection, sql, arguments);
                var row = statement.executeQuery()) {
            var values = new ArrayList<String>();
            while (row.next()) {
                values.add(row.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    public String value(String sql, Object... arguments) {
        return list(sql, arguments).get(0);
    }

    @SuppressWarnings("MustBeClosedChecker") // the callers close it
    private static PreparedStatement prepared(Connection connection, String sql, Object... arguments)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        for (var i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
        return statement;
    }
}
