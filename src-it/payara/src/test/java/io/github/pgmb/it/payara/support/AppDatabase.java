package io.github.pgmb.it.payara.support;

import io.github.pgmb.test.postgres.SqlClient;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/** The database of one application, as its owner sees it from outside. */
public record AppDatabase(String name, String url, SqlClient client) {

    private static final AtomicInteger CREATED = new AtomicInteger();

    /** A new one; the statements fill it. */
    public static AppDatabase create(String... ddl) {
        var name = "app_" + CREATED.incrementAndGet();
        Postgres.create(name);
        var source = new PGSimpleDataSource();
        var url = Postgres.server().jdbcUrl(name, Postgres.OWNER);
        source.setUrl(url);
        source.setApplicationName("test");
        var database = new AppDatabase(name, url, new SqlClient(source));
        for (var statement : ddl) {
            database.execute(statement);
        }
        return database;
    }

    /** Publishes as any client of PostgreSQL can. */
    public void publish(String topic, String json) {
        client.publish(topic, json);
    }

    public void execute(String sql, Object... arguments) {
        client.execute(sql, arguments);
    }

    /** The first column of all rows, as text. */
    public List<String> list(String sql, Object... arguments) {
        return client.list(sql, arguments);
    }

    public String value(String sql, Object... arguments) {
        return client.value(sql, arguments);
    }
}
