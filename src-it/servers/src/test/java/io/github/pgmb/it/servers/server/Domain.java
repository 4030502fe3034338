package io.github.pgmb.it.servers.server;

import io.github.pgmb.test.postgres.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** A domain of Payara Server, administered by {@code asadmin}. */
public final class Domain implements Server {

    private static final String NAME = "pgmb";
    // create-domain --portbase: the distances are documented.
    private static final int ADMIN_PORT = 48;
    private static final int HTTP_PORT = 80;
    private static final int PORTS = 100;

    private final Path asadmin;
    private final Path folder;
    private final int portBase;

    private Domain(Path asadmin, Path folder, int portBase) {
        this.asadmin = asadmin;
        this.folder = folder;
        this.portBase = portBase;
    }

    /**
     * Makes a domain, starts it, and gives it the data source.
     *
     * @param target the folder with the driver
     * @param installation the unpacked server
     */
    public static Domain start(Path target, Path installation, PGSimpleDataSource database) {
        var domains = target.resolve("domains-" + installation.getFileName());
        var domain = new Domain(
                installation.resolve("glassfish/lib/client/appserver-cli.jar"),
                domains.resolve(NAME),
                FreePort.base(PORTS));
        try {
            domain.create(domains);
            Files.copy(target.resolve("driver/postgresql.jar"), domain.folder.resolve("lib/postgresql.jar"));
            domain.listenOnLoopbackOnly();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        domain.asadmin("start-domain", "--domaindir", domains.toString(), NAME);
        domain.createDataSource(database);
        return domain;
    }

    private void create(Path domains) throws IOException {
        Folders.delete(domains);
        Files.createDirectories(domains);
        asadmin(
                "create-domain",
                "--nopassword",
                "--domaindir",
                domains.toString(),
                "--portbase",
                Integer.toString(portBase),
                NAME);
    }

    private void listenOnLoopbackOnly() throws IOException {
        var file = folder.resolve("config/domain.xml");
        Files.writeString(
                file,
                Files.readString(file)
                        .replace("address=\"0.0.0.0\"", "address=\"127.0.0.1\"")
                        .replaceAll("<network-listener (?!address)", "<network-listener address=\"127.0.0.1\" ")
                        .replace(
                                "<hazelcast-config-specific-configuration",
                                "<hazelcast-config-specific-configuration enabled=\"false\""));
    }

    private void createDataSource(PGSimpleDataSource database) {
        asadmin(
                "create-jdbc-connection-pool",
                "--restype=javax.sql.XADataSource",
                "--datasourceclassname=org.postgresql.xa.PGXADataSource",
                "--isconnectvalidatereq=true",
                "--validationmethod=custom-validation",
                "--validationclassname=org.glassfish.api.jdbc.validation.JDBC40ConnectionValidation",
                "--failconnection=true",
                "--property",
                "serverName=%s:portNumber=%d:databaseName=%s:user=%s:password=%s"
                        .formatted(
                                database.getServerNames()[0],
                                database.getPortNumbers()[0],
                                database.getDatabaseName(),
                                database.getUser(),
                                database.getPassword()),
                "pgmb");
        asadmin("create-jdbc-resource", "--connectionpoolid=pgmb", "jdbc/pgmb");
    }

    private void asadmin(String... arguments) {
        Commands.run(Stream.concat(
                        Stream.of(
                                Commands.ofJdk("java"),
                                "-jar",
                                asadmin.toString(),
                                "--port",
                                Integer.toString(portBase + ADMIN_PORT)),
                        Stream.of(arguments))
                .toList());
    }

    @Override
    public void deploy(Path archive) {
        asadmin("deploy", archive.toString());
    }

    @Override
    public void undeploy(Path archive) {
        asadmin("undeploy", archive.getFileName().toString().replaceFirst("\\.[a-z]+$", ""));
    }

    @Override
    public void redeploy(Path archive) {
        asadmin("deploy", "--force", archive.toString());
    }

    @Override
    public int httpPort() {
        return portBase + HTTP_PORT;
    }

    @Override
    public List<String> brokerThreads() {
        try {
            var process = Files.readString(folder.resolve("config/pid")).strip();
            return Commands.brokerThreads(Long.parseLong(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        asadmin("stop-domain", "--domaindir", folder.getParent().toString(), "--kill", NAME);
    }
}
