package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Groups.Chunk;
import io.github.pgmb.internal.db.Groups.Gone;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads what is new in a handler's group, and what is due to be tried again, and has them handled and acknowledged in turn. Used by one
 * thread at a time.
 */
final class Turns {

    // What is new is not to wait for all that has failed before.
    private static final Duration REPEATING = Duration.ofMillis(500);

    private final HandlerDefinition handler;
    private final int chunkSize;
    private final MonotonicClock clock;
    private final Acknowledgement acknowledgement;
    private final Attempts attempts;
    private final Failures failures;
    private final Predicate<OwnedGroup> mayHandle;
    private boolean newFirst = true;

    /** @param mayHandle asked before each attempt */
    Turns(HandlerDefinition handler, Surroundings around, Failures failures, Predicate<OwnedGroup> mayHandle) {
        this.handler = handler;
        this.chunkSize = around.settings().readChunkSize();
        this.clock = around.clock();
        this.failures = failures;
        this.mayHandle = mayHandle;
        this.acknowledgement = acknowledgement(handler, around, failures);
        this.attempts = new Attempts(handler, acknowledgement, failures);
    }

    private static Acknowledgement acknowledgement(HandlerDefinition handler, Surroundings around, Failures failures) {
        return handler.acknowledgement() == Acknowledging.IN_TRANSACTION
                ? new AcknowledgeInTransaction(handler, around, failures)
                : new AcknowledgeAfterReturn(handler.handling(), around, failures);
    }

    /**
     * Handles one chunk of each. Failures make the handler pause, and what cannot be read ends a turn: whoever always came first could
     * leave the other one nothing.
     *
     * @return whether there may be more
     * @throws FencedException if the group is not this node's any more
     * @throws Exception if nothing could be handled or stored, which is not the handler's fault
     */
    boolean take(OwnedGroup group) throws Exception {
        newFirst = !newFirst;
        var first = newFirst ? handleWhatIsNew(group) : repeatWhatIsDue(group);
        var second = newFirst ? repeatWhatIsDue(group) : handleWhatIsNew(group);
        return first || second;
    }

    private boolean handleWhatIsNew(OwnedGroup group) throws Exception {
        return mayHandle.test(group) && !isBlocked(group) && handleChunk(group);
    }

    private boolean repeatWhatIsDue(OwnedGroup group) throws Exception {
        if (!mayHandle.test(group) || !group.hasDueRetries()) {
            return false;
        }
        var begun = clock.nanoTime();
        var due = group.dueRetries(chunkSize);
        for (var retry : due) {
            if (!mayHandle.test(group) || clock.nanoTime() - begun > REPEATING.toNanos()) {
                return true;
            }
            attempts.carryOut(RepeatedAttempt.of(group, retry));
        }
        group.lookAhead();
        return !due.isEmpty();
    }

    private boolean handleChunk(OwnedGroup group) throws Exception {
        var chunk = group.readOn(chunkSize);
        try {
            for (var attempt : attempts(group, chunk)) {
                // Reading, or the one before, may have taken longer than the lease.
                if (!mayHandle.test(group) || isBlocked(group)) {
                    break;
                }
                attempts.carryOut(attempt);
                failures.pauseIfAllFail();
            }
        } finally {
            acknowledgement.flush(group);
        }
        return !chunk.isEmpty();
    }

    private List<FirstAttempt> attempts(OwnedGroup group, Chunk chunk) {
        var gone = new ArrayDeque<>(chunk.gone());
        var units = new ArrayList<FirstAttempt>();
        if (handler.unit() == Unit.EVENT) {
            for (var event : chunk.events()) {
                var before = idsUpTo(event.position(), gone);
                units.add(new FirstAttempt(group, List.of(event), before, event.position()));
            }
            if (!gone.isEmpty()) {
                var last = gone.getLast().position();
                units.add(new FirstAttempt(group, List.of(), idsUpTo(last, gone), last));
            }
        } else if (!chunk.isEmpty()) {
            units.add(new FirstAttempt(group, chunk.events(), idsUpTo(chunk.last(), gone), chunk.last()));
        }
        return units;
    }

    private static List<String> idsUpTo(long position, Deque<Gone> gone) {
        var ids = new ArrayList<String>();
        while (!gone.isEmpty() && gone.getFirst().position() <= position) {
            ids.add(gone.removeFirst().id());
        }
        return ids;
    }

    private boolean isBlocked(OwnedGroup group) {
        return handler.failures().blocks() && group.isBlocked();
    }
}
