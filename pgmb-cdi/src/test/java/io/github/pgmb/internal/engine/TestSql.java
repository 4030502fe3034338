package io.github.pgmb.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What tests do in a database beside the engine. */
record TestSql(TestDatabase database) {

    void withoutSchema() {
        execute("drop schema if exists pgmb cascade");
    }

    void execute(String sql) {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The first column. */
    List<String> rows(String query) {
        try (var connection = database.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            var rows = new ArrayList<String>();
            while (row.next()) {
                rows.add(row.getString(1));
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    String one(String query) {
        var rows = rows(query);
        assertThat(rows).as(query).hasSize(1);
        return rows.get(0);
    }

    long count(String table) {
        return Long.parseLong(one("select count(*) from " + table));
    }

    void awaitCount(String table, long expected) {
        Received.await(() -> count(table) == expected);
    }
}
