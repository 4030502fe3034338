package io.github.pgmb.it.servers.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

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

    /** Until the first pattern is found behind the mark; at once an exception if the second one is. */
    void await(Duration limit, String sign, String failure) {
        var deadline = System.nanoTime() + limit.toNanos();
        while (!says(sign)) {
            if (says(failure) || System.nanoTime() > deadline) {
                throw new IllegalStateException("No " + sign + ": " + news());
            }
            pause();
        }
    }

    private boolean says(String pattern) {
        return Pattern.compile(pattern).matcher(news()).find();
    }

    private String news() {
        return content().substring(mark);
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
