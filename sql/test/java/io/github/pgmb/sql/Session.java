package io.github.pgmb.sql;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;

/** One connection with short ways to run SQL; a {@code long[]} parameter is an array of bigint. */
class Session implements AutoCloseable {
    static final String READ_COMMITTED = "read committed";
    static final String REPEATABLE_READ = "repeatable read";
    static final String SERIALIZABLE = "serializable";

    /** For whatever a test waits for. */
    static final int WAIT_LIMIT_S = 60;

    private final Connection connection;

    Session(Connection connection) {
        this.connection = connection;
    }

    final void begin() throws SQLException {
        run("begin");
    }

    final void begin(String isolation) throws SQLException {
        run("begin isolation level " + isolation);
    }

    final void commit() throws SQLException {
        run("commit");
    }

    final void rollback() throws SQLException {
        run("rollback");
    }

    /** Any number of statements. */
    final void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** One statement whose result does not matter. */
    final void run(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            statement.execute();
        }
    }

    /** What the server says of a statement, without being an error. */
    final List<String> warnings(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            statement.execute();
            List<String> warnings = new ArrayList<>();
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                warnings.add(warning.getSQLState() + " " + warning.getMessage());
            }
            return warnings;
        }
    }

    /** A COPY … FROM STDIN. */
    final void copy(String sql, String lines) throws SQLException, IOException {
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(lines));
    }

    final List<List<String>> rows(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet row = statement.executeQuery()) {
            return rows(row);
        }
    }

    /** Those of the second of two queries, which are sent as one message. */
    final List<List<String>> lastRows(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
            statement.getMoreResults();
            return rows(statement.getResultSet());
        }
    }

    private static List<List<String>> rows(ResultSet row) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        int columns = row.getMetaData().getColumnCount();
        while (row.next()) {
            String[] values = new String[columns];
            for (int i = 0; i < columns; i++) {
                values[i] = row.getString(i + 1);
            }
            rows.add(Arrays.asList(values));
        }
        return rows;
    }

    /** The first column. */
    final List<String> column(String sql, Object... parameters) throws SQLException {
        return rows(sql, parameters).stream().map(row -> row.get(0)).toList();
    }

    /** The first column of the only row. */
    final String text(String sql, Object... parameters) throws SQLException {
        List<List<String>> rows = rows(sql, parameters);
        if (rows.size() != 1) {
            throw new IllegalStateException(rows.size() + " rows from: " + sql);
        }
        return rows.get(0).get(0);
    }

    final long number(String sql, Object... parameters) throws SQLException {
        return Long.parseLong(text(sql, parameters));
    }

    final boolean isTrue(String sql, Object... parameters) throws SQLException {
        return "t".equals(text(sql, parameters));
    }

    final int backendPid() throws SQLException {
        return (int) number("select pg_backend_pid()");
    }

    /** Waits until that backend waits for a lock. */
    final void awaitBlocked(int backendPid) throws SQLException, InterruptedException {
        await("select wait_event_type = 'Lock' from pg_stat_activity where pid = ?", backendPid);
    }

    /** Waits until that backend sleeps by pg_sleep. */
    final void awaitAsleep(int backendPid) throws SQLException, InterruptedException {
        await("select wait_event = 'PgSleep' from pg_stat_activity where pid = ?", backendPid);
    }

    private void await(String question, Object... parameters) throws SQLException, InterruptedException {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_LIMIT_S);
        while (!isTrue(question, parameters)) {
            if (System.nanoTime() > limit) {
                throw new IllegalStateException("Not within " + WAIT_LIMIT_S + " s: " + question);
            }
            Thread.sleep(5);
        }
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof long[] numbers) {
                statement.setArray(
                        i + 1,
                        connection.createArrayOf(
                                "bigint", Arrays.stream(numbers).boxed().toArray()));
            } else {
                statement.setObject(i + 1, parameters[i]);
            }
        }
        return statement;
    }

    @Override
    public final void close() throws SQLException {
        connection.close();
    }
}
