package io.github.pgmb.test.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** A server in a container of this JVM's own; its image is {@code pgmb.test.postgres.image}. */
record DockerServer(GenericContainer<?> container) implements TestServer {
    private static final int PORT = 5432;

    static DockerServer start() {
        GenericContainer<?> container = new GenericContainer<>(
                        System.getProperty("pgmb.test.postgres.image", "postgres:18"))
                .withExposedPorts(PORT)
                .withEnv(Map.of("POSTGRES_HOST_AUTH_METHOD", "trust"))
                .withCommand(command())
                // The image starts the server twice: first without the network, to initialise.
                .waitingFor(Wait.forLogMessage(".*ready to accept connections.*", 2));
        container.start();
        return new DockerServer(container);
    }

    private static String[] command() {
        Stream<String> settings = SETTINGS.entrySet().stream()
                .flatMap(setting -> Stream.of("-c", setting.getKey() + "=" + setting.getValue()));
        return Stream.concat(Stream.of("postgres", "-c", "fsync=off"), settings).toArray(String[]::new);
    }

    @Override
    public Connection administrator(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database, PostgresServer.SUPERUSER, ""));
    }

    @Override
    public String jdbcUrl(String database, String user, String password) {
        return "jdbc:postgresql://" + container.getHost() + ":" + container.getMappedPort(PORT) + "/" + database
                + "?user=" + user + "&password=" + password;
    }

    @Override
    public Optional<PostgresServer> process() {
        return Optional.empty();
    }

    @Override
    public void close() {
        container.stop();
    }
}
