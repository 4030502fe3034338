package io.github.pgmb.it.payara.container;

import fish.payara.micro.PayaraMicro;
import io.github.pgmb.it.payara.server.MicroServer;
import io.github.pgmb.it.payara.support.Http;
import io.github.pgmb.test.postgres.Eventually;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one Payara Micro of a test run: a JVM of its own, since a server in the tests' JVM would share its classes with the
 * applications. It ends with this JVM.
 */
public final class PayaraServer {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    /** What the manifest of payara-micro.jar asks for, which counts with -jar only. */
    private static final List<String> OPENED = List.of(
            "java.base/java.io",
            "java.base/java.lang",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/jdk.internal.loader",
            "java.base/sun.net.www.protocol.jar",
            "java.base/sun.net.www.protocol.jrt",
            "java.base/sun.nio.ch",
            "java.logging/java.util.logging",
            "java.management/javax.management",
            "java.management/javax.management.openmbean",
            "java.management/sun.management",
            "java.naming/javax.naming.spi",
            "java.rmi/sun.rmi.transport",
            "jdk.management/com.sun.management.internal");

    private static final List<String> EXPORTED =
            List.of("java.base/jdk.internal.ref", "java.naming/com.sun.jndi.ldap", "jdk.naming.dns/com.sun.jndi.dns");

    private final Process process;
    private final Path log;
    private final int httpPort;
    private final int commandPort;

    private PayaraServer(Process process, Path log, int httpPort, int commandPort) {
        this.process = process;
        this.log = log;
        this.httpPort = httpPort;
        this.commandPort = commandPort;
    }

    private static final class Shared {
        static final PayaraServer SERVER = launch();
    }

    /** Started by the first call. */
    public static PayaraServer shared() {
        return Shared.SERVER;
    }

    int httpPort() {
        return httpPort;
    }

    /** Returns when the application is ready; throws with what the server logged if it does not become so. */
    void deploy(String name, Path archive) {
        var mark = log().length();
        try {
            command("/deploy?" + name + "=" + archive);
        } catch (IllegalStateException refused) {
            throw new IllegalStateException(
                    refused.getMessage() + System.lineSeparator() + log().substring(mark), refused);
        }
    }

    void undeploy(String name) {
        command("/undeploy?" + name);
    }

    /** The names of the threads in the server's JVM. */
    public List<String> threads() {
        return command("/threads").lines().toList();
    }

    /** Everything that the server has logged. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String command(String command) {
        var answer = Http.get(commandPort, command);
        if (answer.statusCode() != Http.OK) {
            throw new IllegalStateException(answer.body());
        }
        return answer.body();
    }

    private static PayaraServer launch() {
        try {
            var folder = Files.createDirectories(Path.of("target", "payara").toAbsolutePath());
            var log = folder.resolve("server.log");
            Files.deleteIfExists(log);
            var httpPort = freePort();
            var commandPort = freePort();
            // Read on both sides: a test may run in either JVM.
            System.setProperty(Http.PORT_PROPERTY, Integer.toString(httpPort));
            var process = new ProcessBuilder(commandLine(folder, httpPort, commandPort))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            var server = new PayaraServer(process, log, httpPort, commandPort);
            server.awaitReady();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        Eventually.within(START_LIMIT, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("Payara ended: " + log());
            }
            threads();
        });
    }

    private static List<String> commandLine(Path folder, int httpPort, int commandPort) {
        var line = new ArrayList<String>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Fast to start rather than fast in the long run.
        line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx768m"));
        EXPORTED.forEach(exported -> line.addAll(List.of("--add-exports", exported + "=ALL-UNNAMED")));
        OPENED.forEach(opened -> line.addAll(List.of("--add-opens", opened + "=ALL-UNNAMED")));
        line.add("-Djava.io.tmpdir=" + folder);
        line.add("-D" + Http.PORT_PROPERTY + "=" + httpPort);
        line.addAll(List.of("-cp", place(PayaraMicro.class) + File.pathSeparator + place(MicroServer.class)));
        line.add(MicroServer.class.getName());
        Stream.of(httpPort, commandPort).map(Object::toString).forEach(line::add);
        return line;
    }

    private static String place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
