package io.github.pgmb.bench.runner;

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
import java.util.ArrayList;
import java.util.List;

/** Payara Micro with the application of the bench, in a process of its own. */
final class Server implements AutoCloseable {

    private static final Duration READY_LIMIT = Duration.ofMinutes(5);
    private static final Duration ROUND_LIMIT = Duration.ofMinutes(30);
    private static final long POLL_MS = 200;
    private static final int HANDLERS = 5;
    private static final String HEAP = "-Xmx1g";
    private static final String SET = "set configs.config.server-config.";

    private final HttpClient http = HttpClient.newHttpClient();
    private final RecordedProcess process;
    private final int port;
    private final Path log;

    private Server(RecordedProcess process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    static Server start(Installation installation, Database database, boolean flightRecording) {
        var work = installation.output().resolve("work");
        var folder = Folders.empty(work.resolve("payara"));
        var log = folder.resolve("server.log");
        var port = FreePort.find();
        var command = new ProcessBuilder(command(installation, folder, port, flightRecording))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().putAll(database.environment());
        var server = new Server(RecordedProcess.start(command, work.resolve("payara.pid")), port, log);
        try {
            server.awaitReady(database);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private static List<String> command(Installation installation, Path folder, int port, boolean flightRecording) {
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(HEAP, "-Djava.io.tmpdir=" + Folders.empty(folder.resolve("tmp"))));
        if (flightRecording) {
            var file = installation.output().resolve("payara-" + System.currentTimeMillis() + ".jfr");
            command.add("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file);
        }
        command.addAll(List.of("-jar", installation.payara().toString()));
        command.addAll(List.of("--port", Integer.toString(port), "--nohazelcast", "--disablephonehome"));
        command.addAll(List.of("--prebootcommandfile", commands(folder).toString()));
        command.addAll(List.of("--deploy", installation.application().toString(), "--contextroot", "/"));
        return command;
    }

    /** Only this machine can reach it. */
    private static Path commands(Path folder) {
        try {
            return Files.writeString(
                    folder.resolve("preboot"),
                    SET + "network-config.network-listeners.network-listener.http-listener.address=127.0.0.1\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady(Database database) {
        var end = System.nanoTime() + READY_LIMIT.toNanos();
        while (!isReady(database)) {
            if (!process.process().isAlive() || System.nanoTime() > end) {
                throw new BenchException("Payara Micro did not start, see " + log);
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new BenchException("interrupted", e);
            }
        }
    }

    private boolean isReady(Database database) {
        try {
            return get("ready", ROUND_LIMIT).equals("ready") && database.ownedGroups("bench") == HANDLERS;
        } catch (BenchException notYet) {
            return false;
        }
    }

    /** The answer to a request that takes as long as what it measures. */
    String ask(String path) {
        return get(path, ROUND_LIMIT);
    }

    private String get(String path, Duration limit) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + path))
                .timeout(limit)
                .build();
        try {
            var response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new BenchException("/" + path + " says " + response.statusCode() + ", see " + log);
            }
            return response.body();
        } catch (IOException e) {
            throw new BenchException("/" + path + " does not answer, see " + log, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
