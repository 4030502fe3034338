package io.github.pgmb.test.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** A server that somebody else runs, reached by the URL of a role that may create databases and roles. */
record ExternalServer(String url) implements TestServer {
    @Override
    public Connection administrator(String database) throws SQLException {
        Properties login = properties();
        return DriverManager.getConnection(jdbcUrl(
                database,
                login.getProperty(PGProperty.USER.getName(), System.getProperty("user.name", "postgres")),
                login.getProperty(PGProperty.PASSWORD.getName(), "")));
    }

    @Override
    public String jdbcUrl(String database, String user, String password) {
        Properties parts = properties();
        return "jdbc:postgresql://" + hosts(parts) + "/" + database + "?user=" + user + "&password=" + password;
    }

    @Override
    public Optional<PostgresServer> process() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // Not ours to stop.
    }

    private Properties properties() {
        Properties parts = Driver.parseURL(url, null);
        if (parts == null) {
            throw new PostgresException(PROPERTY + " holds a URL that the PostgreSQL driver does not understand");
        }
        return parts;
    }

    private static String hosts(Properties parts) {
        String[] hosts = parts.getProperty("PGHOST", "localhost").split(",", -1);
        String[] ports = parts.getProperty("PGPORT", "5432").split(",", -1);
        return hosts[0] + ":" + ports[0];
    }
}
