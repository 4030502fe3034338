package io.github.pgmb.it.payara.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The database of one application, as its owner sees it: from outside, or through the application's own data source. */
public record AppDatabase(String name, String url, DataSource dataSource) {

    private static final AtomicInteger CREATED = new AtomicInteger();

    /** A new one; the statements fill it. */
    public static AppDatabase create(String... ddl) {
        var name = "app_" + CREATED.incrementAndGet();
        Postgres.create(name);
        var source = new PGSimpleDataSource();
        var url = Postgres.server().jdbcUrl(name, Postgres.OWNER);
        source.setUrl(url);
        source.setApplicationName("test");
        var database = new AppDatabase(name, url, source);
        for (var statement : ddl) {
            database.execute(statement);
        }
        return database;
    }

    /** Through a data source of the application. */
    public static AppDatabase through(DataSource dataSource) {
        return new AppDatabase("", "", dataSource);
    }

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
