package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The handler's database effects and the group's progress commit together or not at all. What has failed is stored in a transaction
 * of its own, after the rollback. Used by one thread at a time.
 */
final class AcknowledgeInTransaction implements Acknowledgement {

    private final Handling handling;
    private final Transactions transactions;
    private final Duration timeout;
    private final Failures failures;
    private final Lease lease;
    private final String groupId;
    /** How many parts; below zero before the transaction has begun. */
    private int handled;

    AcknowledgeInTransaction(HandlerDefinition handler, Surroundings around, Failures failures) {
        this.handling = handler.handling();
        this.transactions = around.transactions();
        this.timeout = handler.transactionTimeout();
        this.failures = failures;
        this.lease = around.lease();
        this.groupId = around.groupOf(handler);
    }

    @Override
    public void carryOut(Attempt attempt, List<Part> parts, List<FailedPart> aside) throws Exception {
        handled = -1;
        try {
            transactions.inTransaction(timeout, () -> {
                for (handled = 0; handled < parts.size(); handled++) {
                    // The part before may have taken longer than it: nothing of this could be acknowledged.
                    if (!lease.isValid()) {
                        throw new FencedException(groupId);
                    }
                    handling.handle(parts.get(handled).taken());
                    transactions.requireCommittable();
                }
                // Last, so that its row locks are held no longer than the commit takes.
                attempt.settle(aside);
                return attempt;
            });
            attempt.settled(aside);
            failures.succeeded();
            failures.acknowledged();
        } catch (FencedException e) {
            throw e;
        } catch (Throwable e) {
            if (handled < 0) {
                throw e;
            }
            failures.requireUnexcused(e);
            if (!attempt.isAcknowledged()) {
                settleFailed(attempt, parts, aside, e);
            }
        }
    }

    /**
     * Of several parts, those that were not to blame were rolled back with the one that was: each goes on by itself. If all were
     * handled, all are to blame.
     */
    private void settleFailed(Attempt attempt, List<Part> parts, List<FailedPart> aside, Throwable failure)
            throws Exception {
        var failed = new ArrayList<>(aside);
        for (var n = 0; n < parts.size(); n++) {
            failed.add(
                    handled == n || handled == parts.size()
                            ? failures.failed(parts.get(n), attempt.failedBefore(), failure)
                            : failures.untried(parts.get(n), attempt.failedBefore()));
        }
        attempt.settleAlone(failed);
        failures.acknowledged();
    }

    @Override
    public void flush(OwnedGroup group) {
        // Nothing is ever handled and not stored.
    }
}
