package io.github.pgmb.it.cluster;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Statements, each on a connection of its own: the server may have been killed since the last. */
record Database(DataSource source) {

    void execute(String sql, Object... parameters) {
        run(sql, PreparedStatement::execute, parameters);
    }

    long number(String sql, Object... parameters) {
        return run(
                sql,
                statement -> {
                    try (var row = statement.executeQuery()) {
                        row.next();
                        return row.getLong(1);
                    }
                },
                parameters);
    }

    double seconds(String sql, Object... parameters) {
        return run(
                sql,
                statement -> {
                    try (var row = statement.executeQuery()) {
                        row.next();
                        return row.getDouble(1);
                    }
                },
                parameters);
    }

    /** The first column. */
    List<String> texts(String sql, Object... parameters) {
        return run(
                sql,
                statement -> {
                    var texts = new ArrayList<String>();
                    try (var row = statement.executeQuery()) {
                        while (row.next()) {
                            texts.add(row.getString(1));
                        }
                    }
                    return texts;
                },
                parameters);
    }

    private <T> T run(String sql, Work<T> work, Object... parameters) {
        try (Connection connection = source.getConnection();
                var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return work.on(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage() + " in: " + sql, e);
        }
    }

    private interface Work<T> {
        T on(PreparedStatement statement) throws SQLException;
    }
}
