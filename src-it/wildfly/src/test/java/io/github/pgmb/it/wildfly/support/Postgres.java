package io.github.pgmb.it.wildfly.support;

import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.SqlClient;
import java.sql.SQLException;
import org.postgresql.ds.PGSimpleDataSource;

/** The one PostgreSQL of a test run, with the one database that the data source of the servers leads to. */
public final class Postgres {

    /** Owns the database: no superuser, may create neither roles nor databases. */
    public static final String USER = "app";

    private static final String NAME = "app";
    private static final PostgresServer SERVER = launch();

    private Postgres() {}

    /** For the data source of the servers. */
    public static String url() {
        return SERVER.jdbcUrl(NAME, USER);
    }

    /** From outside, as the owner. */
    public static SqlClient database() {
        var source = new PGSimpleDataSource();
        source.setUrl(url());
        return new SqlClient(source);
    }

    /** The database without what earlier applications left, filled by these statements. */
    public static SqlClient emptied(String... ddl) {
        var database = database();
        database.execute("drop owned by " + USER);
        for (var statement : ddl) {
            database.execute(statement);
        }
        return database;
    }

    private static PostgresServer launch() {
        var server = PostgresServer.builder()
                .setting("max_connections", "200")
                .withoutFsync()
                .start();
        execute(server, "create role " + USER + " login");
        execute(server, "create database " + NAME + " owner " + USER);
        return server;
    }

    private static void execute(PostgresServer server, String sql) {
        try (var connection = server.superuser().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
