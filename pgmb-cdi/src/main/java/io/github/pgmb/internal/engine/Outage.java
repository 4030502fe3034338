package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows whether the database is away, and logs that once, however many threads notice it and however often. Thread-safe.
 */
final class Outage {

    // Connections that died with the server turn up in the pool for a while after it is back.
    private static final Duration AFTERMATH = Duration.ofSeconds(30);

    private final Logger logger;
    private final MonotonicClock clock;

    private volatile @Nullable String reason;
    private long lastFailure;
    private boolean everFailed;

    Outage(Logger logger, MonotonicClock clock) {
        this.logger = logger;
        this.clock = clock;
    }

    synchronized void begun(Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        // That something is not set up is another matter than that it is away, and each is said once.
        var known = cause instanceof PgmbException ? message.equals(reason) : reason != null || inAftermath();
        reason = message;
        lastFailure = clock.nanoTime();
        everFailed = true;
        if (!known) {
            log(cause, message);
        }
    }

    private void log(Throwable cause, String message) {
        if (cause instanceof PgmbException) {
            logger.log(Level.WARNING, message);
        } else {
            logger.log(
                    Level.WARNING,
                    "PGMB-0205: the database cannot be used; delivery goes on by itself when it is back: " + message);
        }
    }

    void ended() {
        reason = null;
    }

    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }

    synchronized boolean inAftermath() {
        return everFailed && clock.nanoTime() - lastFailure < AFTERMATH.toNanos();
    }
}
