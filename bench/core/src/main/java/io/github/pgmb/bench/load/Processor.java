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
                    .map(process -> stat(process.resolve("stat")))
                    .flatMap(Optional::stream)
                    .filter(stat -> stat.parent() == parent)
                    .map(ProcStat::own)
                    .reduce(Duration.ZERO, Duration::plus);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<ProcStat> stat(long pid) {
        return stat(PROC.resolve(Long.toString(pid)).resolve("stat"));
    }

    private static Optional<ProcStat> stat(Path file) {
        try {
            return Optional.of(ProcStat.parse(Files.readString(file)));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }
}
