package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Part.Parsed;
import java.util.ArrayList;
import java.util.List;

/** Carries out attempts of one handler: reads their events, cuts them into parts, and has them handled and acknowledged. */
final class Attempts {

    private final HandlerDefinition handler;
    private final Acknowledgement acknowledgement;
    private final Failures failures;
    private final Splitting splitting;

    Attempts(HandlerDefinition handler, Acknowledgement acknowledgement, Failures failures) {
        this.handler = handler;
        this.acknowledgement = acknowledgement;
        this.failures = failures;
        this.splitting = Splitting.by(handler.failures().splitBy());
    }

    /**
     * Has the events handled and acknowledged; what of them fails is a retry or a dead letter afterwards.
     *
     * @throws FencedException if the group is not this node's any more
     * @throws Exception if nothing could be handled or stored, which is not the handler's fault: all of it is to be done again
     */
    void carryOut(Attempt attempt) throws Exception {
        failures.attempting(attempt);
        var aside = new ArrayList<FailedPart>();
        attempt.gone().forEach(id -> aside.add(failures.gone(id, attempt.failedBefore())));
        var readable = readable(attempt, aside);
        if (readable.isEmpty()) {
            settle(attempt, aside);
        } else if (attempt instanceof RepeatedAttempt repeated) {
            repeat(repeated, readable, aside);
        } else {
            acknowledgement.carryOut(attempt, splitting.parts(readable), aside);
        }
        failures.attempted();
    }

    /** Exactly what failed before, unless the handler took batches then and takes single events now. */
    private void repeat(RepeatedAttempt attempt, List<Parsed> readable, List<FailedPart> aside) throws Exception {
        if (handler.unit() == Unit.BATCH || readable.size() == 1) {
            acknowledgement.carryOut(attempt, List.of(new Part(readable)), aside);
            return;
        }
        if (handler.failures().blocks()) {
            var rest = failures.untried(new Part(readable.subList(1, readable.size())), 0);
            acknowledgement.carryOut(attempt.before(rest), List.of(new Part(readable.subList(0, 1))), aside);
            return;
        }
        for (var event : readable) {
            aside.add(failures.untried(new Part(List.of(event)), attempt.failedBefore()));
        }
        settle(attempt, aside);
    }

    private void settle(Attempt attempt, List<FailedPart> aside) throws Exception {
        attempt.settleAlone(aside);
        failures.acknowledged();
    }

    private List<Parsed> readable(Attempt attempt, List<FailedPart> aside) throws Exception {
        var readable = new ArrayList<Parsed>(attempt.events().size());
        for (var event : attempt.events()) {
            if (event.topic().equals(RequestedRetry.TOPIC)) {
                // One that is retried itself, since one names another, could go on like that for ever.
                aside.add(
                        attempt instanceof FirstAttempt ? failures.retryOfOthers(event) : failures.retryOfRetry(event));
            } else {
                read(event, attempt.failedBefore(), readable, aside);
            }
        }
        return readable;
    }

    private void read(StoredEvent event, int failedBefore, List<Parsed> readable, List<FailedPart> aside)
            throws Exception {
        try {
            readable.add(new Parsed(event, handler.handling().read(event)));
        } catch (RuntimeException | LinkageError | StackOverflowError misfit) {
            aside.add(failures.unreadable(event, failedBefore, misfit));
        } catch (Throwable thrown) {
            // Mappers in other languages throw what they do not declare, which need not be the payload's fault: out of
            // memory, an interruption.
            failures.requireUnexcused(thrown);
            aside.add(failures.unreadable(event, failedBefore, thrown));
        }
    }
}
