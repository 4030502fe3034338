package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.StoredEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the log is told of one handler's failures. */
final class FailureLog {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");

    private final HandlerDefinition handler;

    FailureLog(HandlerDefinition handler) {
        this.handler = handler;
    }

    /** Returns what it has told. */
    String outdated() {
        var message = "PGMB-0405: a newer deployment declares handler " + handler.name()
                + " differently; nodes with the declaration of " + handler.description() + " leave its events to that";
        LOGGER.log(Level.INFO, message);
        return message;
    }

    void quarantined(String reason) {
        LOGGER.log(
                Level.WARNING,
                "PGMB-0407: the condition of " + what() + " is in quarantine, it receives nothing new: " + reason);
    }

    /** Nothing could be handled or stored, for a reason that is not the handler's. */
    void notCarriedOut(List<StoredEvent> events, int inARow, Duration delay, Throwable failure) {
        LOGGER.log(
                Level.WARNING,
                "PGMB-0408: " + what() + " could not be carried out " + inARow + " times in a row, now with "
                        + described(events) + "; that does not count as an attempt, and is done again in "
                        + delay.toMillis() + " ms; other handlers are not affected",
                failure);
    }

    /** With the stack trace the first time. */
    void triedAgain(FailedPart failed, List<StoredEvent> events, Throwable failure) {
        var most = handler.failures().retries().attempts();
        var message = "PGMB-0401: " + what() + " failed on " + described(events) + ", attempt " + failed.attempts()
                + (most == Integer.MAX_VALUE ? "" : " of " + most) + "; tried again in "
                + failed.delay().orElseThrow().toMillis() + " ms; other handlers are not affected: "
                + failed.trouble().message();
        if (failed.attempts() == 1) {
            LOGGER.log(Level.WARNING, message, failure);
        } else {
            LOGGER.log(Level.WARNING, message);
        }
    }

    void deadLetter(FailedPart failed, List<StoredEvent> events, @Nullable Throwable failure) {
        var message = "PGMB-0409: " + described(failed, events) + " is a dead letter of " + what() + " now ("
                + failed.reason().name().toLowerCase(Locale.ROOT) + ", after " + failed.attempts() + " attempts): "
                + failed.trouble().message();
        if (failure == null) {
            LOGGER.log(Level.ERROR, message);
        } else {
            LOGGER.log(Level.ERROR, message, failure);
        }
    }

    private String what() {
        return "handler " + handler.name() + " (" + handler.description() + ")";
    }

    /** Of what is gone, only the id is known. */
    private static String described(FailedPart failed, List<StoredEvent> events) {
        return events.isEmpty() ? "event " + String.join(", ", failed.eventIds()) : described(events);
    }

    private static String described(List<StoredEvent> events) {
        if (events.isEmpty()) {
            return "reading its events";
        }
        var first = events.get(0);
        return events.size() == 1
                ? "event " + first.id() + " of topic " + first.topic()
                : events.size() + " events from " + first.id() + " of topic " + first.topic();
    }
}
