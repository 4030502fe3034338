package io.github.pgmb.test.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** A server of this JVM's own, in a temporary directory. */
record EmbeddedServer(PostgresServer server) implements TestServer {
    static EmbeddedServer start() {
        return new EmbeddedServer(
                PostgresServer.builder().settings(SETTINGS).withoutFsync().start());
    }

    @Override
    public Connection administrator(String database) throws SQLException {
        return server.superuser(database).getConnection();
    }

    @Override
    public String jdbcUrl(String database, String user, String password) {
        return server.jdbcUrl(database, user) + "&password=" + password;
    }

    @Override
    public Optional<PostgresServer> process() {
        return Optional.of(server);
    }

    @Override
    public void close() {
        server.close();
    }
}
