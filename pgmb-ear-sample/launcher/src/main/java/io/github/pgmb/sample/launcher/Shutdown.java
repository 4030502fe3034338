package io.github.pgmb.sample.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes what was started, last first, however the program ends. A start that is under way is waited for: a PostgreSQL that
 * comes up after everybody has gone would stay. Thread-safe.
 */
final class Shutdown {

    private final Progress progress;
    private final Deque<Runnable> steps = new ArrayDeque<>();
    private volatile @Nullable String starting;
    private boolean begun;

    Shutdown(Progress progress) {
        this.progress = progress;
    }

    void atExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::announceAndRun, "shutdown"));
    }

    /** Starts something that is to be closed, unless the program is ending. */
    synchronized <T extends AutoCloseable> T started(String name, Supplier<T> start) {
        if (begun) {
            throw new StartException("Stopped before " + name + " was started.");
        }
        starting = name;
        T started;
        try {
            started = start.get();
        } finally {
            starting = null;
        }
        steps.push(() -> close(name, started));
        return started;
    }

    private void announceAndRun() {
        var name = starting;
        if (name != null) {
            progress.say("stopping as soon as " + name + " has started");
        }
        run();
    }

    /** Returns after everything has been closed if that is under way. */
    synchronized boolean hasBegun() {
        return begun;
    }

    private synchronized void run() {
        begun = true;
        while (!steps.isEmpty()) {
            steps.pop().run();
        }
    }

    private void close(String name, AutoCloseable closeable) {
        progress.say("stopping " + name);
        try {
            closeable.close();
        } catch (Exception e) {
            progress.say(name + " did not stop: " + e.getMessage());
        }
    }
}
