package io.github.pgmb.sample.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The shop on its own. */
final class PayaraMicro {

    private static final Pattern SPACES = Pattern.compile(" +");

    private PayaraMicro() {}

    static ServerStart prepare(Installation installation, int port, ShopDatabase database) throws IOException {
        var folder = ServerFolder.emptied(installation.serverFolder(port));
        var payara = installation.payara();
        var command = ServerCommand.java(folder)
                .with("--add-opens", asked(payara, "Add-Opens"))
                .with("--add-exports", asked(payara, "Add-Exports"))
                .main(
                        Stream.of(payara, installation.payaraMain(), installation.serverMain()),
                        "io.github.pgmb.sample.payara.PayaraMain",
                        Integer.toString(port),
                        installation.war().toString());
        var url = "http://localhost:" + port;
        return new ServerStart(
                folder.path(),
                command,
                database.environment("SHOP_DATABASE"),
                // Health comes last: until the application is deployed, the server speaks only for itself.
                List.of(URI.create(url + "/api/stock?limit=1"), URI.create(url + "/health/ready")),
                List.of(),
                List.of("/api/invoices", "/api/stock"));
    }

    /** What its manifest asks for; the JDK heeds it with {@code java -jar} only. */
    private static Stream<String> asked(Path payara, String attribute) throws IOException {
        try (var jar = new JarFile(payara.toFile())) {
            return SPACES.splitAsStream(jar.getManifest().getMainAttributes().getValue(attribute));
        }
    }
}
