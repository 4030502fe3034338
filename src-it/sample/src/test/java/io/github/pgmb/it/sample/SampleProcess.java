package io.github.pgmb.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonArray;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The sample as a user has it: a process, started by the built jar. */
final class SampleProcess implements AutoCloseable {

    private static final Path JAR = Path.of("..", "..", "pgmb-ear-sample", "launcher", "target", "launcher.jar")
            .toAbsolutePath()
            .normalize();
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Path postmasterPidFile;
    private final Path output;

    private SampleProcess(Process process, int port, Path postmasterPidFile, Path output) {
        this.process = process;
        this.port = port;
        this.postmasterPidFile = postmasterPidFile;
        this.output = output;
    }

    /** With its own database in the folder. */
    static SampleProcess launch(Path folder, int port, String... options) throws IOException {
        return launch(JAR, folder, port, options);
    }

    static SampleProcess launch(Path launcher, Path folder, int port, String... options) throws IOException {
        Files.createDirectories(folder);
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-jar",
                launcher.toString(),
                "--port=" + port,
                "--data-dir=" + folder.resolve("postgres")));
        command.addAll(List.of(options));
        var output = Files.createTempFile(folder, "output", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        return new SampleProcess(
                builder.start(), port, folder.resolve("postgres").resolve("postmaster.pid"), output);
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        }
    }

    SampleProcess ready() throws IOException, InterruptedException {
        var end = System.nanoTime() + START_LIMIT.toNanos();
        while (!output().contains("Ctrl-C ends everything")) {
            assertThat(process.isAlive()).as(output()).isTrue();
            assertThat(System.nanoTime()).as(output()).isLessThan(end);
            Thread.sleep(100);
        }
        return this;
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    JsonArray list(String path) throws IOException, InterruptedException {
        var response = http.send(request(path).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        try (var reader = Json.createReader(new StringReader(response.body()))) {
            return reader.readArray();
        }
    }

    HttpResponse<String> order(String customer, String sku, int quantity) throws IOException, InterruptedException {
        var body = "{\"customer\": \"%s\", \"items\": [{\"sku\": \"%s\", \"quantity\": %d}]}"
                .formatted(customer, sku, quantity);
        return http.send(
                request("/api/orders")
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    HttpResponse<String> reject(int order) throws IOException, InterruptedException {
        return http.send(
                request("/api/orders/" + order + "/rejection")
                        .POST(BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    /** The processes that this one has started, with theirs; PostgreSQL is not among them. */
    List<ProcessHandle> server() {
        return process.descendants().toList();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, which does what Ctrl-C does. */
    void stopsWithoutALeftover() throws IOException, InterruptedException {
        var server = server();
        var postmaster = ProcessHandle.of(Long.parseLong(
                        Files.readAllLines(postmasterPidFile).get(0).strip()))
                .orElseThrow();
        process.destroy();
        assertThat(awaitExit()).isEqualTo(143);
        assertThat(server).isNotEmpty().allSatisfy(SampleProcess::ends);
        ends(postmaster);
        assertThat(postmasterPidFile).doesNotExist();
    }

    /** The system's process 1 takes its time to note the end of a process whose parent has gone. */
    static void ends(ProcessHandle process) {
        assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }

    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            kill();
        }
    }
}
