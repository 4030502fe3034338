package io.github.pgmb.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Processor time that processes have used so far, as Linux tells; zero elsewhere. */
public final class Processor {

    private static final Path PROC = Path.of("/proc");

    private Processor() {}

    public static Duration ofThisProcess() {
        return stat(ProcessHandle.current().pid()).map(ProcStat::own).orElse(Duration.ZERO);
    }

    /** Of a postmaster and its children, also those that have ended; zero if there is no such process. */
    public static Duration ofPostgres(long postmaster) {
        return stat(postmaster)
                .map(stat -> children(postmaster).plus(stat.own()).plus(stat.endedChildren()))
                .orElse(Duration.ZERO);
    }

    private static Duration children(long parent) {
        try (var processes = Files.list(PROC)) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .map(Processor::stat)
                    .flatMap(Optional::stream)
                    .filter(stat -> stat.parent() == parent)
                    .map(ProcStat::own)
                    .reduce(Duration.ZERO, Duration::plus);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<ProcStat> stat(long pid) {
        return stat(PROC.resolve(Long.toString(pid)));
    }

    private static Optional<ProcStat> stat(Path process) {
        try {
            var stat = ProcStat.parse(Files.readString(process.resolve("stat")));
            return Optional.of(isThisProcess(process) ? stat : stat.scheduled(read(process.resolve("schedstat"))));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    /** The finer count is of the first thread only: enough for PostgreSQL, not for a JVM. */
    private static boolean isThisProcess(Path process) {
        return process.endsWith(Long.toString(ProcessHandle.current().pid()));
    }

    /** Empty where the kernel does not keep it. */
    private static String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
