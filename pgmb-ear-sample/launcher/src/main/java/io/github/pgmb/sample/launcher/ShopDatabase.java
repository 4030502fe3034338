package io.github.pgmb.sample.launcher;

import io.github.pgmb.test.postgres.PostgresServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Properties;

/** The database that the shop uses. */
record ShopDatabase(String url, String user, String password) {

    static final String NAME = "shop";
    private static final String CONNECT_LIMIT_S = "10";

    /** Creates role and database unless they exist; what an earlier start left half done is completed. */
    static ShopDatabase in(PostgresServer postgres) {
        try (var connection = postgres.superuser().getConnection();
                var statement = connection.createStatement()) {
            createUnless(statement, "select 1 from pg_roles where rolname = 'shop'", "create role shop login");
            createUnless(
                    statement, "select 1 from pg_database where datname = 'shop'", "create database shop owner shop");
        } catch (SQLException e) {
            throw new StartException("The database could not be created: " + e.getMessage(), e);
        }
        return new ShopDatabase("jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + NAME, NAME, NAME);
    }

    private static void createUnless(Statement statement, String exists, String create) throws SQLException {
        try (var found = statement.executeQuery(exists)) {
            if (found.next()) {
                return;
            }
        }
        statement.execute(create);
    }

    /** Fails at once, and with the reason, if there is no way in: the server would take its time to fail. */
    void check() {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", CONNECT_LIMIT_S);
        properties.setProperty("loginTimeout", CONNECT_LIMIT_S);
        try (var connection = DriverManager.getConnection(url, properties)) {
            connection.getMetaData().getDatabaseProductVersion();
        } catch (SQLException e) {
            throw new StartException("No connection to " + url + " as " + user + ": " + e.getMessage(), e);
        }
    }

    /** As server or application read it, from three variables. */
    Map<String, String> environment(String prefix) {
        return Map.of(prefix + "_URL", url, prefix + "_USER", user, prefix + "_PASSWORD", password);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return url + " as " + user;
    }
}
