package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.SqlErrors;
import io.github.pgmb.internal.db.StoredEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The failures of one handler: what becomes of its events, how long it pauses, and what is said about that. */
final class Failures {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");
    // Where everything fails, retries would only pile up; where a few do, the others are not to wait.
    private static final int FAILURES_IN_A_ROW = 5;
    private static final int EXCUSED_IN_A_ROW = 3;
    private static final Duration PAUSE_BETWEEN_FAILURES = Duration.ofMillis(200);

    private final HandlerDefinition handler;
    private final Troubles troubles;
    private final MonotonicClock clock;
    private final Consequences consequences;
    private final Backoff backoff = new Backoff(new Random());
    private volatile Optional<Failure> last = Optional.empty();
    private volatile long pausedAt;
    private volatile long pause;
    private volatile boolean stopping;
    private int inARow;
    private int excused;
    private List<StoredEvent> attempted = List.of();
    private Optional<String> quarantine = Optional.empty();

    /** What went wrong, and when. */
    record Failure(String message, Instant at) {}

    Failures(HandlerDefinition handler, Troubles troubles, MonotonicClock clock) {
        this.handler = handler;
        this.troubles = troubles;
        this.clock = clock;
        this.consequences = new Consequences(handler.failures(), new Random());
    }

    Optional<Failure> last() {
        return last;
    }

    boolean isPausing() {
        return clock.nanoTime() - pausedAt < pause;
    }

    void stopping() {
        stopping = true;
    }

    void attempting(List<StoredEvent> events) {
        attempted = events;
    }

    /** It was handled, or what of it was not is kept. */
    void attempted() {
        attempted = List.of();
        excused = 0;
    }

    /** The handler has returned, perhaps only for a part of them. */
    void succeeded() {
        inARow = 0;
        last = Optional.empty();
    }

    /** Something is stored, so that going on makes sense. */
    void acknowledged() {
        backoff.reset();
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

    /**
     * Throws a failure that is not the handler's: the database is away, a connection was cut, transactions were in each other's way,
     * or the handler was interrupted by a stop. It does not count as an attempt.
     */
    void requireUnexcused(Throwable failure) throws Exception {
        if (!isInterruption(failure) && !troubles.isOutage(failure) && !isPassing(failure)) {
            return;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        throw (Exception) failure;
    }

    /** What databases do to anybody now and then. Whoever always meets it has another reason. */
    private boolean isPassing(Throwable failure) {
        return (SqlErrors.isPassing(failure) || isOfTheMachine(failure)) && ++excused <= EXCUSED_IN_A_ROW;
    }

    /** Out of memory, for example; a stack overflow is of the handler. */
    private static boolean isOfTheMachine(Throwable failure) {
        return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
    }

    boolean isInterruption(Throwable failure) {
        return stopping
                && (Thread.currentThread().isInterrupted()
                        || Causes.anyMatch(failure, InterruptedException.class::isInstance));
    }

    /** Counts a failure of the handler, and decides what becomes of the events. */
    FailedPart failed(Part part, int failedBefore, Throwable failure) {
        var failed = consequences.failed(part, failedBefore, failure);
        note(failure);
        if (failedBefore == 0) {
            inARow++;
        }
        if (failed.delay().isPresent()) {
            log(failed, part.stored(), failure);
        } else {
            logDeadLetter(failed, described(part.stored()), failure);
        }
        return failed;
    }

    /** To be called between new events. What fails once more adds nothing, is spaced by its own delays, and does not count. */
    void pauseIfAllFail() {
        if (inARow >= FAILURES_IN_A_ROW) {
            pause(PAUSE_BETWEEN_FAILURES);
        }
    }

    /** What goes on by itself, since others of its batch have failed. */
    FailedPart untried(Part part, int failedBefore) {
        return consequences.untried(part, failedBefore);
    }

    FailedPart unreadable(StoredEvent event, int failedBefore, Throwable misfit) {
        var deadLetter = consequences.unreadable(event, failedBefore, misfit);
        note(misfit);
        logDeadLetter(deadLetter, described(List.of(event)), misfit);
        return deadLetter;
    }

    FailedPart gone(String eventId, int failedBefore) {
        var deadLetter = consequences.gone(eventId, failedBefore);
        logDeadLetter(deadLetter, "event " + eventId, null);
        return deadLetter;
    }

    FailedPart retryOfOthers(StoredEvent retry) {
        var part = consequences.retryOfOthers(retry, handler.name());
        if (part.delay().isEmpty()) {
            logDeadLetter(part, described(List.of(retry)), null);
        }
        return part;
    }

    FailedPart retryOfRetry(StoredEvent retry) {
        var deadLetter = consequences.retryOfRetry(retry);
        logDeadLetter(deadLetter, described(List.of(retry)), null);
        return deadLetter;
    }

    /** Nothing could be handled or stored; returns how long to pause. */
    Duration troubled(Throwable failure) {
        var delay = backoff.next();
        pause(delay);
        note(failure);
        if (!troubles.isOutage(failure)) {
            LOGGER.log(
                    Level.WARNING,
                    () -> "PGMB-0408: " + what() + " could not be carried out " + backoff.failures()
                            + " times in a row, now with " + described(attempted)
                            + "; that does not count as an attempt, and"
                            + " is done again in " + delay.toMillis() + " ms; other handlers are not affected",
                    failure);
        }
        return delay;
    }

    private void pause(Duration length) {
        pausedAt = clock.nanoTime();
        pause = length.toNanos();
    }

    /** How much of a pause is left; zero if there is none. */
    Duration pauseLeft() {
        return Duration.ofNanos(Math.max(0, pause - (clock.nanoTime() - pausedAt)));
    }

    private void note(Throwable failure) {
        var told = Causes.told(failure);
        last = Optional.of(new Failure(told.isEmpty() ? failure.getClass().getName() : told, Instant.now()));
    }

    private void log(FailedPart failed, List<StoredEvent> events, Throwable failure) {
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

    private void logDeadLetter(FailedPart failed, String events, @Nullable Throwable failure) {
        var message = "PGMB-0409: " + events + " is a dead letter of " + what() + " now ("
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
