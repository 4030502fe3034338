package io.github.pgmb.it.servers;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What the application left in its database. */
record Database(DataSource source) {

    void execute(String sql) {
        try (var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    List<Handled> handled(String word) {
        return rows(
                "select handler, word, naming, configuration, sees_itself from handled where word = '" + word
                        + "' order by handler",
                row -> new Handled(
                        row.getString(1), row.getString(2), row.getString(3), row.getString(4), row.getBoolean(5)));
    }

    List<String> handlersThatHandled(String word) {
        return handled(word).stream().map(Handled::handler).toList();
    }

    List<String> ownedGroups() {
        return rows(
                "select group_id || ' ' || owner from pgmb.group_status where owner is not null",
                row -> row.getString(1));
    }

    /** Transactions that have written to the table and have not ended. */
    List<String> writers() {
        return rows(
                "select virtualtransaction from pg_locks where relation = 'handled'::regclass and mode = 'RowExclusiveLock'",
                row -> row.getString(1));
    }

    List<String> published(String word) {
        return rows("select id from pgmb.events where payload->>'word' = '" + word + "'", row -> row.getString(1));
    }

    private <T> List<T> rows(String sql, Row<T> form) {
        try (var connection = source.getConnection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            var rows = new ArrayList<T>();
            while (row.next()) {
                rows.add(form.of(row));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @FunctionalInterface
    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }
}
