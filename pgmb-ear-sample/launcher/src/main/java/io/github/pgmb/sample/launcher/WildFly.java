package io.github.pgmb.sample.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;

/** The whole EAR. The server's installation is only read: what it writes is in a folder of its own. */
final class WildFly {

    private static final String ADDRESS = "127.0.0.1";

    /** As its own scripts do. */
    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.security",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.management/javax.management",
            "java.naming/javax.naming");

    private WildFly() {}

    static ServerStart prepare(Installation installation, int port, ShopDatabase database) throws IOException {
        var home = installation.wildfly();
        var folder = ServerFolder.emptied(installation.serverFolder(port));
        folder.take(home.resolve("standalone").resolve("configuration"));
        var deployments = Files.createDirectories(folder.path().resolve("deployments"));
        var application = Files.copy(installation.ear(), deployments.resolve("shop.ear"));
        var management = HttpPort.anyFree();
        var url = "http://localhost:" + port;
        return new ServerStart(
                folder.path(),
                command(installation, folder, port, management),
                database.environment("POSTGRES"),
                List.of(
                        URI.create(url + "/api/stock?limit=1"),
                        URI.create(url + "/back-office/api/revenue/days"),
                        URI.create("http://localhost:" + management + "/health/ready")),
                List.of(application.resolveSibling(application.getFileName() + ".failed")),
                List.of(
                        "/api/invoices",
                        "/api/stock",
                        "/back-office/api/packing-notes",
                        "/back-office/api/revenue/days",
                        "/back-office/api/revenue/customers"));
    }

    private static List<String> command(Installation installation, ServerFolder folder, int port, int management) {
        var home = installation.wildfly();
        var base = folder.path();
        return ServerCommand.java(folder)
                .with("--add-opens", OPENED.stream())
                .with(
                        "-Djava.net.preferIPv4Stack=true",
                        "-Dorg.jboss.boot.log.file=" + base.resolve("log").resolve("server.log"),
                        "-Dlogging.configuration="
                                + base.resolve("configuration")
                                        .resolve("logging.properties")
                                        .toUri())
                .main(
                        Stream.of(home.resolve("jboss-modules.jar"), installation.serverMain()),
                        "org.jboss.modules.Main",
                        "-mp",
                        home.resolve("modules").toString(),
                        "org.jboss.as.standalone",
                        "-Djboss.home.dir=" + home,
                        "-Djboss.server.base.dir=" + base,
                        "-Djboss.bind.address=" + ADDRESS,
                        "-Djboss.bind.address.management=" + ADDRESS,
                        "-Djboss.http.port=" + port,
                        "-Djboss.management.http.port=" + management,
                        // Else it asks the name service for its own name.
                        "-Djboss.host.name=localhost",
                        "-Djboss.qualified.host.name=localhost",
                        // Two servers of one name would take each other's transactions for their own after a crash.
                        "-Djboss.node.name=shop-" + port,
                        "-Djboss.tx.node.id=shop-" + port);
    }
}
