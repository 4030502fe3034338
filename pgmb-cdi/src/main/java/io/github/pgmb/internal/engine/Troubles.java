package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.SqlErrors;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What keeps the engine from working, and that each trouble is logged once, however many threads meet it and however often.
 * Thread-safe.
 */
final class Troubles {

    // Connections that died with the server turn up in the pool for a while after it is back.
    private static final Duration AFTERMATH = Duration.ofSeconds(30);

    private final Logger logger;
    private final MonotonicClock clock;
    private final Map<Part, String> present = new EnumMap<>(Part.class);
    private boolean away;
    private long lastSeenAway;
    private boolean everAway;

    /** Which part of the engine met it; its next success ends it. */
    enum Part {
        HEARTBEAT("The heartbeat of this node"),
        TICK("A tick"),
        MAINTENANCE("The maintenance of partitions");

        private final String description;

        Part(String description) {
            this.description = description;
        }
    }

    Troubles(Logger logger, MonotonicClock clock) {
        this.logger = logger;
        this.clock = clock;
    }

    synchronized void met(Part part, Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        var before = present.put(part, message);
        if (SqlErrors.isUnavailable(cause)) {
            databaseAway(message);
        } else if (!message.equals(before)) {
            log(part, cause, message);
        }
    }

    private void databaseAway(String message) {
        var known = away || inAftermath();
        away = true;
        everAway = true;
        lastSeenAway = clock.nanoTime();
        if (!known) {
            logger.log(
                    Level.WARNING,
                    "PGMB-0205: the database cannot be used; delivery goes on by itself when it is back: " + message);
        }
    }

    private void log(Part part, Throwable cause, String message) {
        if (cause instanceof PgmbException) {
            logger.log(Level.WARNING, message);
        } else {
            logger.log(Level.ERROR, "PGMB-0304: " + part.description + " failed and is tried again: " + message, cause);
        }
    }

    synchronized void over(Part part) {
        present.remove(part);
        away = away && !present.isEmpty();
    }

    /** What to say about why the engine cannot work now. */
    synchronized Optional<String> reason() {
        return present.values().stream().findFirst();
    }

    /** Whether failures of handlers are likely to be nothing but the outage. */
    synchronized boolean inAftermath() {
        return everAway && clock.nanoTime() - lastSeenAway < AFTERMATH.toNanos();
    }
}
