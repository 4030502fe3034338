package io.github.pgmb.sample.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The process that runs the application. A process of its own keeps its class path free of the launcher's libraries and
 * its output in a file; it ends by itself when the launcher is gone, however that came about.
 */
final class ShopServer implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SAY_EVERY = Duration.ofSeconds(5);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newBuilder()
            // The attempt to upgrade can hang for ever while a server starts.
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final Process process;
    private final ServerStart start;
    private final ServerLog log;
    private String lastAnswer = "none";

    private ShopServer(Process process, ServerStart start, ServerLog log) {
        this.process = process;
        this.start = start;
        this.log = log;
    }

    static ShopServer launch(ServerStart start) {
        var log = new ServerLog(start.folder().resolve("server.log"));
        var builder = new ProcessBuilder(start.command())
                .directory(start.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.file().toFile());
        builder.environment().putAll(start.environment());
        try {
            return new ShopServer(builder.start(), start, log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ServerLog log() {
        return log;
    }

    /** Returns when the application says that it is ready. */
    void awaitReady(Progress progress) throws InterruptedException {
        var begin = System.nanoTime();
        var said = begin;
        while (!isReady()) {
            ensureHope();
            var now = System.nanoTime();
            if (now - begin > READY_LIMIT.toNanos()) {
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

    private void ensureHope() {
        if (!process.isAlive()) {
            throw new StartException("The server has ended." + log.failure());
        }
        if (start.failureMarks().stream().anyMatch(Files::exists)) {
            throw new StartException("The application could not be deployed." + log.failure());
        }
    }

    private boolean isReady() throws InterruptedException {
        for (var uri : start.ready()) {
            if (!answers(uri)) {
                return false;
            }
        }
        return true;
    }

    private boolean answers(URI uri) throws InterruptedException {
        var request = HttpRequest.newBuilder(uri).timeout(ANSWER_LIMIT).build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            lastAnswer = uri + " says " + response.statusCode();
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
}
