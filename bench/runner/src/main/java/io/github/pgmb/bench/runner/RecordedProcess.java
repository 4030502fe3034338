package io.github.pgmb.bench.runner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A child process whose id is kept in a file, so that a run that was killed leaves nothing behind that the next does not end. */
final class RecordedProcess implements AutoCloseable {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path record;
    private final Thread exitHook = new Thread(this::end, "end-process");

    private RecordedProcess(Process process, Path record) {
        this.process = process;
        this.record = record;
    }

    static RecordedProcess start(ProcessBuilder command, Path record) {
        try {
            endSurvivor(record);
            var process = command.start();
            Files.writeString(record, identity(process.toHandle()));
            var started = new RecordedProcess(process, record);
            Runtime.getRuntime().addShutdownHook(started.exitHook);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Process process() {
        return process;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(exitHook);
            Files.deleteIfExists(record);
        } catch (IllegalStateException alreadyExiting) {
            // the hook does the same
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void endSurvivor(Path record) throws IOException {
        if (!Files.exists(record)) {
            return;
        }
        var identity = Files.readString(record);
        ProcessHandle.of(Long.parseLong(identity.split(" ", 2)[0]))
                .filter(process -> identity(process).equals(identity))
                .ifPresent(survivor -> {
                    survivor.destroyForcibly();
                    survivor.onExit().join();
                });
        Files.delete(record);
    }

    /** Ids are used again, but not with the same time of start. */
    private static String identity(ProcessHandle process) {
        return process.pid() + " "
                + process.info().startInstant().map(Object::toString).orElse("");
    }
}
