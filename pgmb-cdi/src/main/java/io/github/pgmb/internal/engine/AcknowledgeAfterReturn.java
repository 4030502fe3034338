package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.FailedPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Progress is stored after the handler has returned: after a crash between the two, events come again. For single events
 * it is stored at intervals, since a transaction for each would cost more than the handling. Used by one thread at a time.
 */
final class AcknowledgeAfterReturn implements Acknowledgement {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final Handling handling;
    private final Transactions transactions;
    private final Failures failures;
    private final MonotonicClock clock;
    private final Lease lease;
    private long firstPendingAt;

    AcknowledgeAfterReturn(Handling handling, Surroundings around, Failures failures) {
        this.handling = handling;
        this.transactions = around.transactions();
        this.failures = failures;
        this.clock = around.clock();
        this.lease = around.lease();
    }

    @Override
    public void carryOut(Attempt attempt, List<Part> parts, List<FailedPart> aside) throws Exception {
        if (!attempt.followsUnstored()) {
            firstPendingAt = clock.nanoTime();
        }
        var failed = new ArrayList<>(aside);
        for (var part : parts) {
            // The part before may have taken longer than it: another node may be at these by now.
            if (!lease.isValid()) {
                failed.add(failures.untried(part, attempt.failedBefore()));
                continue;
            }
            try {
                call(part);
                failures.succeeded();
            } catch (Throwable e) {
                failures.requireUnexcused(e);
                failed.add(failures.failed(part, attempt.failedBefore(), e));
            }
        }
        if (failed.isEmpty()) {
            // Else a flush after a failure to settle would acknowledge what nobody keeps.
            attempt.handled();
        }
        if (!failed.isEmpty()
                || !attempt.mayBeStoredLater()
                || clock.nanoTime() - firstPendingAt >= INTERVAL.toNanos()) {
            attempt.settleAlone(failed);
            failures.acknowledged();
        }
    }

    /** What is stored afterwards must not become part of a transaction that nobody commits. */
    private void call(Part part) throws Exception {
        boolean leftOver;
        try {
            handling.handle(part.taken());
        } finally {
            leftOver = transactions.rollBackLeftOver();
        }
        if (leftOver) {
            throw new PgmbException(
                    "PGMB-0406: the handler returned without ending the transaction that it had begun; it is rolled back");
        }
    }

    @Override
    public void flush(OwnedGroup group) throws Exception {
        var handledTo = group.handledTo();
        if (handledTo > group.position()) {
            group.store(handledTo, List.of());
            group.stored(handledTo);
            failures.acknowledged();
        }
    }
}
