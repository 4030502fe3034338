package io.github.pgmb.it.servers.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/** Open Liberty with the applications in its folder {@code dropins}. */
public final class OpenLiberty implements Server {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String FAILURE = "CWWKZ0002E|CWWKZ0004E";

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
            Files.createDirectories(folder.resolve("dropins"));
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
            server.log.await(LIMIT, "CWWKF0011I", FAILURE);
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        log.mark();
        try {
            // Moved into place, so that the server never sees half a file.
            var copy = Files.copy(archive, folder.resolve(archive.getFileName() + ".part"));
            Files.move(copy, dropin(archive), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log.await(LIMIT, "CWWKZ0001I|CWWKZ0003I", FAILURE);
    }

    @Override
    public void undeploy(Path archive) {
        log.mark();
        try {
            Files.delete(dropin(archive));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        log.await(LIMIT, "CWWKZ0009I", FAILURE);
    }

    @Override
    public void redeploy(Path archive) {
        deploy(archive);
    }

    private Path dropin(Path archive) {
        return folder.resolve("dropins").resolve(archive.getFileName().toString());
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
