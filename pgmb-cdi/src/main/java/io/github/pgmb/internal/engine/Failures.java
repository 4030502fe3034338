package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.SqlErrors;
import io.github.pgmb.internal.db.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** The failures of one handler: which are its own, and how long it pauses. */
final class Failures {

    // Where everything fails, retries would only pile up; where a few do, the others are not to wait.
    private static final int FAILURES_IN_A_ROW = 5;
    private static final Duration PAUSE_BETWEEN_FAILURES = Duration.ofMillis(200);

    private final Troubles troubles;
    private final MonotonicClock clock;
    private final Consequences consequences;
    private final FailureLog log;
    private final Backoff backoff = new Backoff(new Random());
    private volatile Optional<Failure> last = Optional.empty();
    private volatile long pausedAt;
    private volatile long pause;
    private volatile boolean stopping;
    private int inARow;
    private final Excuses ofNew = new Excuses();
    private final Excuses ofRepeated = new Excuses();
    private Excuses excuses = ofNew;
    private List<StoredEvent> attempted = List.of();
    private Optional<String> quarantine = Optional.empty();

    /** What went wrong, and when. */
    record Failure(String message, Instant at) {}

    Failures(HandlerDefinition handler, Troubles troubles, MonotonicClock clock) {
        this.log = new FailureLog(handler);
        this.troubles = troubles;
        this.clock = clock;
        this.consequences = new Consequences(handler, new Random());
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

    void reading() {
        attempted = List.of();
    }

    /** What is new succeeds between the attempts on a retry that never does, and the other way round: each has excuses of its own. */
    void attempting(Attempt attempt) {
        attempted = attempt.events();
        excuses = attempt instanceof RepeatedAttempt ? ofRepeated : ofNew;
    }

    /** It was handled, or what of it was not is kept. */
    void attempted() {
        attempted = List.of();
        excuses.reset();
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
            refused(log.outdated());
        } else {
            last = Optional.empty();
        }
    }

    /** Why the database does not evaluate the condition any more, or that it does. Called by one thread. */
    void quarantined(Optional<String> reason) {
        if (reason.isPresent() && !reason.equals(quarantine)) {
            log.quarantined(reason.get());
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
        return (SqlErrors.isPassing(failure) || isOfTheMachine(failure)) && excuses.oneMore();
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
            log.triedAgain(failed, part.stored(), failure);
        } else {
            log.deadLetter(failed, part.stored(), failure);
        }
        return failed;
    }

    /** To be called between new events. What fails once more adds nothing, is spaced by its own delays, and does not count. */
    void pauseIfAllFail() {
        if (inARow >= FAILURES_IN_A_ROW) {
            pause(PAUSE_BETWEEN_FAILURES);
        }
    }

    /** What goes on by itself, apart from the rest of its batch. */
    FailedPart untried(Part part, int failedBefore) {
        return consequences.untried(part, failedBefore);
    }

    FailedPart unreadable(StoredEvent event, int failedBefore, Throwable misfit) {
        var deadLetter = consequences.unreadable(event, failedBefore, misfit);
        note(misfit);
        log.deadLetter(deadLetter, List.of(event), misfit);
        return deadLetter;
    }

    FailedPart gone(String eventId, int failedBefore) {
        var deadLetter = consequences.gone(eventId, failedBefore);
        log.deadLetter(deadLetter, List.of(), null);
        return deadLetter;
    }

    FailedPart retryOfOthers(StoredEvent retry) {
        var part = consequences.retryOfOthers(retry);
        if (part.delay().isEmpty()) {
            log.deadLetter(part, List.of(retry), null);
        }
        return part;
    }

    FailedPart retryOfRetry(StoredEvent retry) {
        var deadLetter = consequences.retryOfRetry(retry);
        log.deadLetter(deadLetter, List.of(retry), null);
        return deadLetter;
    }

    /** Nothing could be handled or stored; returns how long to pause. */
    Duration troubled(Throwable failure) {
        var delay = backoff.next();
        pause(delay);
        note(failure);
        if (!troubles.isOutage(failure)) {
            log.notCarriedOut(attempted, backoff.failures(), delay, failure);
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
}
