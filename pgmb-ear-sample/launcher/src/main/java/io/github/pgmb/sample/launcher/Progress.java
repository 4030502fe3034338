package io.github.pgmb.sample.launcher;

import java.io.PrintStream;
import java.time.Duration;

/** Says what is going on, with the seconds since the start. Thread-safe. */
final class Progress {

    private final PrintStream out;
    private final long start = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void say(String step) {
        var seconds = Duration.ofNanos(System.nanoTime() - start).toMillis() / 1000.0;
        out.printf("[%5.1f s] %s%n", seconds, step);
        out.flush();
    }
}
