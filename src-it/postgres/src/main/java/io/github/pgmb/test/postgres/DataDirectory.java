package io.github.pgmb.test.postgres;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A server's files, locked against other owners for as long as this object is open. Beside {@code name} lie {@code name.lock},
 * {@code name.log} and, only while it is initialised, {@code name.new-…}.
 */
final class DataDirectory implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final String UNFINISHED = ".new-";
    private static final String SETTINGS = "pgmb.conf";
    private static final int LOG_TAIL_LINES = 25;

    private final Path path;
    private final boolean temporary;
    private final ProcessLock lock;

    private DataDirectory(Path path, boolean temporary, ProcessLock lock) {
        this.path = path;
        this.temporary = temporary;
        this.lock = lock;
    }

    /** Kept when closed. */
    static DataDirectory kept(Path directory) {
        Path path = directory.toAbsolutePath().normalize();
        return lock(path, false)
                .orElseThrow(() -> new PostgresException(
                        "The data directory " + path + " is in use by a server of this or another running process"));
    }

    /** Deleted when closed, or, if this process is killed before, by the next one that asks for a temporary directory. */
    static DataDirectory temporary(Path folder) {
        // Without this lock, a sweeper could take a directory between its creation and its locking for an abandoned
        // one.
        try (ProcessLock sweeping = ProcessLock.await(folder.resolve("sweep"))) {
            deleteAbandoned(folder);
            return lock(folder.resolve(UUID.randomUUID().toString()), true).orElseThrow();
        }
    }

    private static void deleteAbandoned(Path folder) {
        for (Path file : FileTree.content(folder)) {
            String name = FileTree.name(file);
            if (name.endsWith(LOCK)) {
                Path directory = file.resolveSibling(name.substring(0, name.length() - LOCK.length()));
                lock(directory, true).ifPresent(abandoned -> {
                    Postmaster.on(abandoned.path).ifPresent(Postmaster::kill);
                    abandoned.close();
                });
            }
        }
    }

    private static Optional<DataDirectory> lock(Path directory, boolean temporary) {
        Path path = directory.toAbsolutePath().normalize();
        return ProcessLock.tryAcquire(beside(path, LOCK)).map(lock -> new DataDirectory(path, temporary, lock));
    }

    Path path() {
        return path;
    }

    Path log() {
        return beside(path, ".log");
    }

    /** What a failed program or server said last. */
    String logTail() {
        try {
            List<String> lines = Files.readAllLines(log());
            return lines.stream()
                    .skip(Math.max(0, lines.size() - LOG_TAIL_LINES))
                    .collect(joining("\n  ", log() + " ends with:\n  ", ""));
        } catch (IOException e) {
            return log() + " cannot be read: " + e;
        }
    }

    void emptyLog() {
        write(log(), "");
    }

    /** Does nothing to an initialised directory. */
    void initialise(Binaries binaries, Consumer<String> progress) {
        if (Files.exists(path.resolve("PG_VERSION"))) {
            return;
        }
        if (!FileTree.content(path).isEmpty()) {
            throw new PostgresException(path + " is neither empty nor a PostgreSQL data directory");
        }
        progress.accept("Initialising " + path);
        deleteUnfinished();
        // A new name each time: an initdb that outlives its killed starter still writes to the old one.
        Path unfinished = beside(path, UNFINISHED + UUID.randomUUID());
        FileTree.createFolder(unfinished);
        initdb(binaries, unfinished);
        FileTree.moveIntoPlace(unfinished, path);
    }

    private void initdb(Binaries binaries, Path target) {
        List<String> arguments = new ArrayList<>(List.of(
                "--pgdata=" + target,
                "--username=" + PostgresServer.SUPERUSER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C"));
        if (temporary) {
            arguments.add("--no-sync");
        }
        if (binaries.run(log(), "initdb", arguments.toArray(String[]::new)) != 0) {
            throw new PostgresException("initdb failed; " + logTail());
        }
        write(target.resolve("postgresql.conf"), "include_if_exists = '" + SETTINGS + "'\n", StandardOpenOption.APPEND);
    }

    /** Into a file of its own rather than on the command line, which pg_ctl passes through a shell. */
    void configure(Map<String, String> settings) {
        String lines = settings.entrySet().stream()
                .map(setting -> setting.getKey() + " = '" + setting.getValue().replace("'", "''") + "'\n")
                .collect(joining());
        write(path.resolve(SETTINGS), lines);
    }

    private void deleteUnfinished() {
        String prefix = FileTree.name(path) + UNFINISHED;
        FileTree.content(FileTree.parent(path)).stream()
                .filter(file -> FileTree.name(file).startsWith(prefix))
                .forEach(FileTree::tryDelete);
    }

    void deletePidFile() {
        FileTree.delete(Postmaster.pidFile(path));
    }

    @Override
    public void close() {
        if (temporary) {
            FileTree.delete(path);
            deleteUnfinished();
            FileTree.delete(log());
            // Last, so that whatever is left after a kill in between is found again.
            FileTree.delete(beside(path, LOCK));
        }
        lock.close();
    }

    private static Path beside(Path path, String suffix) {
        return path.resolveSibling(FileTree.name(path) + suffix);
    }

    private static void write(Path file, String content, OpenOption... options) {
        try {
            FileTree.createFolder(FileTree.parent(file));
            Files.writeString(file, content, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
