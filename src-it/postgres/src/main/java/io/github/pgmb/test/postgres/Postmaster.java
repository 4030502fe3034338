package io.github.pgmb.test.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The live main process of the PostgreSQL that runs on a data directory, whoever started it. */
record Postmaster(ProcessHandle process) {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** Empty if there is no pid file, or if the process it names is gone or is something else by now. */
    static Optional<Postmaster> on(Path dataDirectory) {
        return recordedPid(dataDirectory)
                .flatMap(ProcessHandle::of)
                .filter(process -> !isGone(process))
                .filter(process -> isPostgresOn(dataDirectory, process))
                .map(Postmaster::new);
    }

    /**
     * Whether a server would take the pid file for that of another server although there is none: it was cut short, or the number
     * in it belongs to another program by now.
     */
    static boolean isPidFileMisleading(Path dataDirectory) {
        return Files.exists(pidFile(dataDirectory))
                && on(dataDirectory).isEmpty()
                && recordedPid(dataDirectory)
                        .map(pid -> ProcessHandle.of(pid).isPresent())
                        .orElse(true);
    }

    static Path pidFile(Path dataDirectory) {
        return dataDirectory.resolve("postmaster.pid");
    }

    long pid() {
        return process.pid();
    }

    /** SIGKILL to the postmaster, then to the children it leaves behind; returns when all of them are gone. */
    void kill() {
        freeze();
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        boolean gone = Waiting.until(
                LIMIT,
                () -> Stream.concat(Stream.of(process), children.stream()).allMatch(Postmaster::isGone));
        if (!gone) {
            throw new PostgresException("PostgreSQL, process " + pid() + ", survived being killed for " + LIMIT);
        }
    }

    /** So that it has no more children than those that are killed: one more would keep the shared memory. Not on Windows. */
    private void freeze() {
        try {
            new ProcessBuilder("kill", "-STOP", Long.toString(pid())).start().waitFor();
        } catch (IOException noSuchProgram) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<Long> recordedPid(Path dataDirectory) {
        try (Stream<String> lines = Files.lines(pidFile(dataDirectory))) {
            // Negative: a server in single-user mode.
            return lines.findFirst().map(line -> Math.abs(Long.parseLong(line.strip())));
        } catch (IOException | NumberFormatException noneOrCutShort) {
            return Optional.empty();
        }
    }

    private static boolean isPostgresOn(Path dataDirectory, ProcessHandle process) {
        boolean isPostgres = process.info()
                .command()
                .map(command -> FileTree.name(Path.of(command)))
                .filter(name -> name.equals("postgres") || name.equals("postgres.exe"))
                .isPresent();
        // Windows tells no arguments.
        return isPostgres
                && process.info()
                        .arguments()
                        .map(arguments -> List.of(arguments).contains(dataDirectory.toString()))
                        .orElse(true);
    }

    /** A zombie counts as gone: in a container the process that inherits orphans may never collect them. */
    static boolean isGone(ProcessHandle process) {
        if (!process.isAlive()) {
            return true;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException goneMeanwhileOrNotLinux) {
            return !process.isAlive();
        }
    }
}
