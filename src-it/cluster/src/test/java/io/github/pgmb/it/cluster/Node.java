package io.github.pgmb.it.cluster;

import io.github.pgmb.test.postgres.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A server with the application, as a process of its own; what was killed is started again on the same port. Signals go to the
 * process that was started here and to no other. Not thread-safe, but for {@link #uri} and {@link #isInService}.
 */
final class Node implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofMinutes(3);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final int OK = 200;
    private static final String CONFIG = "set configs.config.server-config.";
    /** Nobody but this machine can reach it, and it looks for nobody. */
    private static final List<String> BEFORE_BOOT = List.of(
            CONFIG + "network-config.network-listeners.network-listener.http-listener.address=127.0.0.1",
            CONFIG + "hazelcast-config-specific-configuration.enabled=false");

    private final String name;
    private final int port;
    private final Path folder;
    private final Map<String, String> environment;
    private final NodeLog log;
    private final HttpClient http = HttpClient.newBuilder()
            // The attempt to upgrade can hang for ever while the server starts.
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(ANSWER_LIMIT)
            .build();
    private Process process;
    private volatile boolean inService;
    private String lastAnswer = "none";

    private Node(String name, int port, Path folder, Map<String, String> environment) {
        this.name = name;
        this.port = port;
        this.folder = folder;
        this.environment = environment;
        this.log = new NodeLog(folder.resolveSibling(name + ".log"));
    }

    /** Starts it; {@link #awaitReady} tells when it can be used. */
    static Node start(String name, Path folder, Map<String, String> environment) {
        var node = new Node(name, FreePort.find(), folder.resolve(name), environment);
        try {
            Files.deleteIfExists(node.log.file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        node.launch();
        return node;
    }

    private void launch() {
        var temporary = folder.resolve("tmp");
        try {
            Folder.delete(folder);
            Files.createDirectories(temporary);
            var commands = Files.write(folder.resolve("before-boot.txt"), BEFORE_BOOT);
            var builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            // Fast to start, and small.
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx256m",
                            "-Djava.io.tmpdir=" + temporary,
                            "-jar",
                            built("payara-micro.jar"),
                            "--deploy",
                            built("shop.war"),
                            "--contextroot",
                            "/",
                            "--port",
                            Integer.toString(port),
                            "--nohazelcast",
                            "--disablephonehome",
                            "--prebootcommandfile",
                            commands.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()));
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String built(String file) {
        return Path.of("target", file).toAbsolutePath().toString();
    }

    NodeLog log() {
        return log;
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    long pid() {
        return process.pid();
    }

    /** Whether this is how the running process names itself in the database. */
    boolean isNamed(String nodeName) {
        return nodeName.startsWith(pid() + "-");
    }

    /** As a load balancer sees it, which asks for readiness now and then. */
    boolean isInService() {
        return inService;
    }

    /** Returns when it says of itself that it is ready; from then on it is in service. */
    void awaitReady() throws InterruptedException {
        Waiting.until(READY_LIMIT, () -> name + " is ready; its last answer: " + lastAnswer + "\n" + log.tail(), () -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " has ended by itself\n" + log.tail());
            }
            return isReady();
        });
        inService = true;
    }

    private boolean isReady() {
        var request = HttpRequest.newBuilder(uri("/health/ready"))
                .timeout(ANSWER_LIMIT)
                .build();
        try {
            var answer = http.send(request, BodyHandlers.ofString());
            lastAnswer = answer.statusCode() + " " + answer.body();
            return answer.statusCode() == OK;
        } catch (IOException notYet) {
            lastAnswer = notYet.toString();
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() throws InterruptedException {
        inService = false;
        process.destroyForcibly().waitFor();
    }

    /** After a kill. */
    void startAgain() {
        launch();
    }

    /** SIGSTOP. */
    void freeze() throws InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void thaw() throws InterruptedException {
        signal("-CONT");
    }

    /** SIGQUIT, to which a JVM answers with the stacks of its threads in its log. */
    void dumpThreads() throws InterruptedException {
        if (process.isAlive()) {
            signal("-QUIT");
        }
    }

    private void signal(String signal) throws InterruptedException {
        try {
            var exitCode = new ProcessBuilder("kill", signal, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exitCode != 0) {
                throw new IllegalStateException("kill " + signal + " of " + this + " gave " + exitCode);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        Folder.delete(folder);
    }

    @Override
    public String toString() {
        return name + " (process " + pid() + ")";
    }
}
