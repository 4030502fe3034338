package io.github.pgmb.it.servers.server;

import io.github.pgmb.test.postgres.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** Open Liberty, with a file of configuration for each application. */
public final class OpenLiberty implements Server {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String FAILURE = "CWWKZ0002E|CWWKZ0004E|CWWKZ0012I";
    private static final String STARTED = "CWWKZ0001I|CWWKZ0003I";
    private static final String DEPLOYED = "configDropins/overrides";

    private final Path folder;
    private final int port;
    private final Process process;
    private final ServerLog log;

    private OpenLiberty(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
        this.log = new ServerLog(folder.resolve("logs/messages.log"));
    }

    /** Starts one. {@code target} has the unpacked server and the driver. */
    public static OpenLiberty start(Path target, PGSimpleDataSource database) {
        var users = target.resolve("liberty-user");
        var folder = users.resolve("servers/pgmb");
        var port = FreePort.find();
        try {
            Folders.delete(users);
            Files.createDirectories(folder.resolve("apps"));
            Files.createDirectories(folder.resolve(DEPLOYED));
            Files.writeString(folder.resolve("server.xml"), configuration(target, port, database));
            var builder = new ProcessBuilder(
                    Commands.ofJdk("java"),
                    "-Xmx512m",
                    // What Liberty's own script gives to a Java that is newer than 8.
                    "@" + target.resolve("servers/wlp/lib/platform/java/java9.options"),
                    "-javaagent:" + target.resolve("servers/wlp/bin/tools/ws-javaagent.jar"),
                    "-jar",
                    target.resolve("servers/wlp/bin/tools/ws-server.jar").toString(),
                    "pgmb");
            builder.environment().put("WLP_USER_DIR", users.toString());
            builder.redirectErrorStream(true)
                    .redirectOutput(folder.resolve("console.log").toFile());
            var server = new OpenLiberty(folder, port, builder.start());
            server.awaitStart();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitStart() {
        try {
            log.await(LIMIT, "CWWKF0011I", FAILURE);
        } catch (IllegalStateException failed) {
            close();
            throw failed;
        }
    }

    private static String configuration(Path target, int port, PGSimpleDataSource database) {
        return """
                <server>
                  <featureManager>
                    <feature>webProfile-10.0</feature>
                    <feature>microProfile-6.1</feature>
                  </featureManager>
                  <httpEndpoint id="defaultHttpEndpoint" host="127.0.0.1" httpPort="%d" httpsPort="-1"/>
                  <library id="postgresql">
                    <file name="%s"/>
                  </library>
                  <dataSource jndiName="jdbc/pgmb" type="javax.sql.XADataSource">
                    <jdbcDriver libraryRef="postgresql"/>
                    <properties.postgresql serverName="%s" portNumber="%d" databaseName="%s" user="%s" password="%s"/>
                    <connectionManager maxPoolSize="30"/>
                  </dataSource>
                </server>
                """.formatted(
                        port,
                        target.resolve("driver/postgresql.jar"),
                        database.getServerNames()[0],
                        database.getPortNumbers()[0],
                        database.getDatabaseName(),
                        database.getUser(),
                        database.getPassword());
    }

    @Override
    public void deploy(Path archive) {
        place(archive);
        log.mark();
        try {
            // Without the attribute, the initializer in the libraries of an EAR is not found.
            Files.writeString(entry(archive), """
                    <server><application location="%s" annotationScanLibrary="earLibraries"/></server>
                    """.formatted(archive.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log.await(LIMIT, STARTED, FAILURE);
    }

    @Override
    public void undeploy(Path archive) {
        log.mark();
        try {
            Files.delete(entry(archive));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log.await(LIMIT, "CWWKZ0009I", FAILURE);
    }

    @Override
    public void redeploy(Path archive) {
        log.mark();
        place(archive);
        log.await(LIMIT, STARTED, FAILURE);
    }

    /** Moved, so that the server never sees half a file. */
    private void place(Path archive) {
        try {
            var copy = folder.resolve(archive.getFileName() + ".part");
            Files.copy(archive, copy, StandardCopyOption.REPLACE_EXISTING);
            Files.move(copy, folder.resolve("apps").resolve(archive.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path entry(Path archive) {
        return folder.resolve(DEPLOYED).resolve(archive.getFileName() + ".xml");
    }

    @Override
    public int httpPort() {
        return port;
    }

    @Override
    public List<String> brokerThreads() {
        return Commands.brokerThreads(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
