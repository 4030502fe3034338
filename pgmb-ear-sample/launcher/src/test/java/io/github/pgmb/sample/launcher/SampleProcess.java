package io.github.pgmb.sample.launcher;

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

    private static final Path JAR = Path.of("target", "launcher.jar").toAbsolutePath();
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Process process;
    private final int port;
    private final Path output;

    private SampleProcess(Process process, int port, Path output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    static SampleProcess launch(Path folder, int port, String... options) throws IOException {
        var command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-jar",
                JAR.toString(),
                "--port=" + port,
                "--data-dir=" + folder.resolve("postgres")));
        command.addAll(List.of(options));
        var output = Files.createTempFile(folder, "output", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        return new SampleProcess(builder.start(), port, output);
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

    /** The processes that this one has started, with theirs. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM, which does what Ctrl-C does. */
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(awaitExit()).isEqualTo(143);
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
