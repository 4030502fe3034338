package io.github.pgmb.it.wildfly.container;

import io.github.pgmb.it.wildfly.support.Postgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.List;
import org.jboss.arquillian.core.spi.LoadableExtension;

/** Sets, before Arquillian reads its configuration, what is known only then: free ports, and where the database is. */
public final class ServerSettings implements LoadableExtension {

    private static final List<String> SERVERS = List.of("wildfly", "without-health");

    @Override
    public void register(ExtensionBuilder builder) {
        SERVERS.forEach(ServerSettings::set);
    }

    private static void set(String server) {
        var managementPort = freePort();
        System.setProperty("pgmb.it." + server + ".management-port", Integer.toString(managementPort));
        System.setProperty("pgmb.it." + server + ".arguments", String.join(" ", arguments(managementPort)));
    }

    private static List<String> arguments(int managementPort) {
        return List.of(
                // Fast to start rather than fast in the long run.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                // A class loader that is only softly reachable does not leak.
                "-XX:SoftRefLRUPolicyMSPerMB=0",
                "-Djboss.bind.address.management=127.0.0.1",
                "-Djboss.management.http.port=" + managementPort,
                "-Djboss.http.port=" + freePort(),
                "-Denv.POSTGRES_URL=" + Postgres.url(),
                "-Denv.POSTGRES_USER=" + Postgres.USER,
                "-Denv.POSTGRES_PASSWORD=none");
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
