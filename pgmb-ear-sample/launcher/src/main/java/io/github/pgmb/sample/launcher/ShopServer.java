package io.github.pgmb.sample.launcher;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The process that runs the application. A process of its own keeps its class path free of the launcher's libraries and
 * its output in a file; it ends by itself when the launcher is gone, however that came about.
 */
final class ShopServer implements AutoCloseable {

    private static final Pattern SPACES = Pattern.compile(" +");
    private static final Duration READY_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final ServerLog log;
    private String lastAnswer = "none";

    private ShopServer(Process process, int port, ServerLog log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    static ShopServer launch(Installation installation, int port, ShopDatabase database) {
        var folder = installation.serverFolder(port);
        try {
            // What Payara unpacked for a server that was killed.
            deleteTree(folder);
            Files.createDirectories(folder.resolve("tmp"));
            var log = new ServerLog(folder.resolve("server.log"));
            var builder = new ProcessBuilder(command(installation, folder, port))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.file().toFile());
            builder.environment().putAll(database.environment());
            return new ShopServer(builder.start(), port, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Installation installation, Path folder, int port) throws IOException {
        var payara = installation.payara();
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        // Quick to start, small; a server for load would have neither of the first two.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
        command.add("-Djava.io.tmpdir=" + folder.resolve("tmp"));
        command.addAll(moduleOptions(payara));
        command.addAll(List.of("-cp", payara + File.pathSeparator + installation.serverJar()));
        command.add("io.github.pgmb.sample.launcher.server.ServerMain");
        command.addAll(
                List.of(Integer.toString(port), installation.application().toString()));
        return command;
    }

    /** What Payara's manifest asks for; the JDK heeds it with {@code java -jar} only. */
    private static List<String> moduleOptions(Path payara) throws IOException {
        try (var jar = new JarFile(payara.toFile())) {
            var manifest = jar.getManifest().getMainAttributes();
            return Stream.of("Add-Opens", "Add-Exports")
                    .flatMap(name -> SPACES.splitAsStream(manifest.getValue(name))
                            .map(what -> "--" + name.toLowerCase(Locale.ROOT) + "=" + what + "=ALL-UNNAMED"))
                    .toList();
        }
    }

    ServerLog log() {
        return log;
    }

    /** Returns when the application says that it is ready. */
    void awaitReady(Progress progress) throws InterruptedException {
        var start = System.nanoTime();
        var said = start;
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new StartException("The server has ended." + log.tail());
            }
            var now = System.nanoTime();
            if (now - start > READY_LIMIT.toNanos()) {
                throw new StartException("The server is not ready after " + READY_LIMIT.toMinutes()
                        + " minutes; its last answer: " + lastAnswer + log.tail());
            }
            if (now - said > SAY_EVERY.toNanos()) {
                progress.say("still starting; its answer: " + lastAnswer);
                said = now;
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /** Health is asked last: until the application is deployed, the server speaks only for itself. */
    private boolean isReady() throws InterruptedException {
        return answers("/api/stock?limit=1") && answers("/health/ready");
    }

    private boolean answers(String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(ANSWER_LIMIT)
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            lastAnswer = path + " says " + response.statusCode();
            return response.statusCode() == 200;
        } catch (IOException e) {
            lastAnswer = "none";
            return false;
        }
    }

    int awaitEnd() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        askToStop();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private void askToStop() {
        try (var input = process.getOutputStream()) {
            input.write('\n');
        } catch (IOException e) {
            // It has ended by itself.
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
