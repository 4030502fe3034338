package io.github.pgmb.test.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** Where test databases live. */
sealed interface TestServer extends AutoCloseable permits EmbeddedServer, DockerServer, ExternalServer {
    /** {@code embedded} (the default), {@code docker}, or a JDBC URL. */
    String PROPERTY = "pgmb.test.postgres";

    String VARIABLE = "PGMB_TEST_POSTGRES";

    /** Commits of tests need no durability; two-phase commit and crowds of connections are what tests try. */
    Map<String, String> SETTINGS = Map.of("max_connections", "200", "max_prepared_transactions", "50");

    /** Connects as a role that may create databases and roles. */
    Connection administrator(String database) throws SQLException;

    /** A URL that holds user and password. */
    String jdbcUrl(String database, String user, String password);

    /** The server as a process that can be killed; empty if it is not ours. */
    Optional<PostgresServer> process();

    @Override
    void close();

    static TestServer start() {
        String choice = Optional.ofNullable(System.getProperty(PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
                .orElse("embedded");
        if (choice.equals("embedded")) {
            return EmbeddedServer.start();
        }
        if (choice.equals("docker")) {
            return DockerServer.start();
        }
        if (choice.startsWith("jdbc:postgresql:")) {
            return new ExternalServer(choice);
        }
        throw new PostgresException(
                PROPERTY + " is '" + choice + "', but must be 'embedded', 'docker' or a URL 'jdbc:postgresql:…'");
    }
}
