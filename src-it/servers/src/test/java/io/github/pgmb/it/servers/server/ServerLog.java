package io.github.pgmb.it.servers.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** The file in which a server says what it has done. Not thread-safe. */
final class ServerLog {

    private static final long PAUSE_MS = 50;

    private final Path file;
    private int mark;

    ServerLog(Path file) {
        this.file = file;
    }

    /** From here on counts. */
    void mark() {
        mark = content().length();
    }

    /** Until one of these stands behind the mark. */
    void await(Duration limit, String... signs) {
        var deadline = System.nanoTime() + limit.toNanos();
        while (Stream.of(signs).noneMatch(content().substring(mark)::contains)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "None of " + String.join(", ", signs) + ": " + content().substring(mark));
            }
            pause();
        }
    }

    private String content() {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
