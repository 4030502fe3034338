package io.github.pgmb.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a logger is told until this is closed. */
public final class LogLines extends Handler implements AutoCloseable {

    // Held: a logger that nobody refers to forgets its handlers.
    private final Logger logger;
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<Throwable> thrown = new CopyOnWriteArrayList<>();

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    public static LogLines of(String logger) {
        var lines = new LogLines(Logger.getLogger(logger));
        lines.logger.addHandler(lines);
        return lines;
    }

    public List<String> said() {
        return said;
    }

    public List<Throwable> thrown() {
        return thrown;
    }

    @Override
    public void publish(LogRecord line) {
        said.add(line.getMessage());
        Optional.ofNullable(line.getThrown()).ifPresent(thrown::add);
    }

    @Override
    public void flush() {
        // Nothing is buffered.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
