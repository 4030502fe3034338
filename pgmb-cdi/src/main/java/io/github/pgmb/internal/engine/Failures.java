package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.StoredEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The failures of one handler: how long it pauses after each, and what is said about them. */
final class Failures {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");

    private final HandlerDefinition handler;
    private final Troubles troubles;
    private final MonotonicClock clock;
    private final Backoff backoff = new Backoff(new Random());
    private volatile Optional<Failure> last = Optional.empty();
    private volatile long pausedAt;
    private volatile long pause;
    private List<StoredEvent> attempted = List.of();
    private Optional<String> quarantine = Optional.empty();

    /** What went wrong, and when. */
    record Failure(String message, Instant at) {}

    Failures(HandlerDefinition handler, Troubles troubles, MonotonicClock clock) {
        this.handler = handler;
        this.troubles = troubles;
        this.clock = clock;
    }

    Optional<Failure> last() {
        return last;
    }

    boolean isPausing() {
        return clock.nanoTime() - pausedAt < pause;
    }

    void attempting(List<StoredEvent> events) {
        attempted = events;
    }

    void succeeded() {
        backoff.reset();
        last = Optional.empty();
        pause = 0;
        attempted = List.of();
    }

    /** The database refuses what the handler declares; it receives nothing until that is mended. */
    void refused(String message) {
        last = Optional.of(new Failure(message, Instant.now()));
    }

    /** A newer deployment declares the handler differently, or (false) does so no more. */
    void outdated(boolean isOutdated) {
        if (isOutdated) {
            var message =
                    "PGMB-0405: a newer deployment declares handler " + handler.name() + " differently; nodes with the"
                            + " declaration of " + handler.description() + " leave its events to that";
            LOGGER.log(Level.INFO, message);
            refused(message);
        } else {
            last = Optional.empty();
        }
    }

    /** Why the database does not evaluate the condition any more, or that it does. Called by one thread. */
    void quarantined(Optional<String> reason) {
        if (reason.isPresent() && !reason.equals(quarantine)) {
            LOGGER.log(
                    Level.WARNING,
                    "PGMB-0407: the condition of handler " + handler.name() + " (" + handler.description()
                            + ") is in quarantine, it receives nothing new: " + reason.get());
        }
        quarantine = reason;
    }

    /** Counts a failure and returns how long to pause. */
    Duration failed(Throwable failure) {
        var delay = backoff.next();
        pausedAt = clock.nanoTime();
        pause = delay.toNanos();
        last = Optional.of(new Failure(String.valueOf(failure.getMessage()), Instant.now()));
        if (!troubles.isOutage(failure)) {
            log(failure, delay);
        }
        return delay;
    }

    private void log(Throwable failure, Duration delay) {
        LOGGER.log(
                Level.WARNING,
                () -> "PGMB-0401: handler " + handler.name() + " (" + handler.description() + ") failed "
                        + backoff.failures() + " times in a row, now on " + described() + "; tried again in "
                        + delay.toMillis() + " ms; other handlers are not affected",
                failure);
    }

    private String described() {
        if (attempted.isEmpty()) {
            return "reading its events";
        }
        var first = attempted.get(0);
        return attempted.size() == 1
                ? "event " + first.id() + " of topic " + first.topic()
                : attempted.size() + " events from " + first.id() + " of topic " + first.topic();
    }
}
