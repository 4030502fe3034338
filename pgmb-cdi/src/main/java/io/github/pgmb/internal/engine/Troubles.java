package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.SqlErrors;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What keeps the engine from working, and that each trouble is logged once, however many threads meet it and however often.
 * Thread-safe.
 */
final class Troubles {

    // Connections that died with the server turn up in the pool for a while after it is back.
    private static final Duration AFTERMATH = Duration.ofSeconds(30);

    private final Logger logger;
    private final BooleanSupplier databaseAnswers;
    private final MonotonicClock clock;
    private final Map<Part, String> present = new EnumMap<>(Part.class);
    private final Set<Part> cut = EnumSet.noneOf(Part.class);
    private @Nullable String outage;
    private boolean suspected;
    private long lastSeenAway;
    private boolean everAway;
    private long awaySince;
    private boolean everWell;
    private long wellSince;

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

    /** @param databaseAnswers asks the database now; tells an outage from a single connection that was cut */
    Troubles(Logger logger, BooleanSupplier databaseAnswers, MonotonicClock clock) {
        this.logger = logger;
        this.databaseAnswers = databaseAnswers;
        this.clock = clock;
    }

    /** A part of the engine failed, and tries again. */
    void met(Part part, Throwable cause) {
        if (!SqlErrors.isUnavailable(cause)) {
            failed(part, cause);
        } else {
            var askedAt = clock.nanoTime();
            if (databaseAnswers.getAsBoolean()) {
                cut(part, cause);
            } else {
                databaseAway(cause, askedAt);
            }
        }
    }

    /** A connection can break while the database is well; a second one in a row is no accident. */
    private synchronized void cut(Part part, Throwable cause) {
        if (!cut.add(part)) {
            failed(part, cause);
        }
    }

    private synchronized void failed(Part part, Throwable cause) {
        var message = String.valueOf(cause.getMessage());
        if (!message.equals(present.put(part, message))) {
            log(part, cause, message);
        }
    }

    /** Threads tell of what they have met in any order: what was asked before something that has succeeded since tells nothing. */
    private synchronized void databaseAway(Throwable cause, long askedAt) {
        if (everWell && askedAt - wellSince < 0) {
            return;
        }
        // The first failure after an outage may be nothing but a connection that died in it.
        var doubtful = isInAftermath() && !suspected;
        suspected = true;
        everAway = true;
        awaySince = askedAt;
        lastSeenAway = clock.nanoTime();
        if (outage == null && !doubtful) {
            outage = "PGMB-0205: the database cannot be used; delivery goes on by itself when it is back: "
                    + cause.getMessage();
            logger.log(Level.WARNING, outage);
        }
    }

    private void log(Part part, Throwable cause, String message) {
        if (cause instanceof PgmbException) {
            logger.log(Level.WARNING, message);
        } else {
            logger.log(Level.ERROR, "PGMB-0304: " + part.description + " failed and is tried again: " + message, cause);
        }
    }

    /**
     * A part of the engine succeeded, which it cannot without the database.
     *
     * @param begunAt when it began, by the clock: what began before the database was found away may have succeeded before that, too
     */
    synchronized void over(Part part, long begunAt) {
        present.remove(part);
        cut.remove(part);
        if (everAway && begunAt - awaySince < 0) {
            return;
        }
        suspected = false;
        everWell = true;
        wellSince = begunAt;
        if (outage != null) {
            outage = null;
            logger.log(Level.INFO, "PGMB-0305: the database is back");
        }
    }

    /** What to say about why the engine cannot deliver now. Never waits for the database. */
    synchronized Optional<String> reason() {
        return Optional.ofNullable(outage)
                .or(() -> Optional.ofNullable(present.get(Part.HEARTBEAT)))
                .or(() -> Optional.ofNullable(present.get(Part.TICK)));
    }

    /** What the maintenance of partitions fails of; it keeps nobody from delivering. */
    synchronized Optional<String> maintenance() {
        return Optional.ofNullable(present.get(Part.MAINTENANCE));
    }

    /**
     * Whether the failure of a handler is likely to be nothing but an outage of the database. Asks it: a commit that is cut
     * off may fail without any sign of that, and a handler may also fail because another database is away.
     */
    boolean isOutage(Throwable failure) {
        var askedAt = clock.nanoTime();
        if (!databaseAnswers.getAsBoolean()) {
            // Its next beat ends it.
            databaseAway(failure, askedAt);
            return true;
        }
        return SqlErrors.isUnavailable(failure) && wasAwayLately();
    }

    private synchronized boolean wasAwayLately() {
        return isInAftermath();
    }

    private boolean isInAftermath() {
        return everAway && clock.nanoTime() - lastSeenAway < AFTERMATH.toNanos();
    }
}
