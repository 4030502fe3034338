package io.github.pgmb.it.page;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The sample as people start it: a process of its own, with its own PostgreSQL. */
final class Sample implements AutoCloseable {

    private static final Path JAR = Path.of("..", "..", "pgmb-ear-sample", "launcher", "target", "launcher.jar");
    private static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private final Process process;
    private final int port;
    private final Path output;

    private Sample(Process process, int port, Path output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    /** Returns when it is ready, with an empty database. */
    static Sample start(Path folder) throws IOException, InterruptedException {
        var port = freePort();
        var output = folder.resolve("sample.log");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        JAR.toAbsolutePath().normalize().toString(),
                        "--port=" + port,
                        "--data-dir=" + folder.resolve("postgres"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        var sample = new Sample(process, port, output);
        sample.awaitReady();
        return sample;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        try {
            Eventually.within(START_LIMIT, () -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException("The sample has ended:\n" + Files.readString(output));
                }
                return Files.readString(output).contains("Ctrl-C ends everything");
            });
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
