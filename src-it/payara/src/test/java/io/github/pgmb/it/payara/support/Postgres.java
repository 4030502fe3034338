package io.github.pgmb.it.payara.support;

import io.github.pgmb.test.postgres.PostgresServer;
import java.sql.SQLException;

/** The one PostgreSQL of a test run. It is no child of the server with the applications, and ends with the tests' JVM. */
public final class Postgres {

    /** Owns the databases of the applications: no superuser, may create neither roles nor databases. */
    static final String OWNER = "app";

    private static final PostgresServer SERVER = launch();

    private Postgres() {}

    public static PostgresServer server() {
        return SERVER;
    }

    private static PostgresServer launch() {
        var server = PostgresServer.builder()
                .setting("max_connections", "200")
                .withoutFsync()
                .start();
        execute(server, "create role " + OWNER + " login");
        return server;
    }

    static void create(String database) {
        execute(SERVER, "create database " + database + " owner " + OWNER);
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
