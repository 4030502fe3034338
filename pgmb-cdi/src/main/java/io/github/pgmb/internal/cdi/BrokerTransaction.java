package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.SqlErrors;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.UserTransaction;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;

/** A transaction that the broker begins, and never leaves behind on its thread. */
final class BrokerTransaction {

    private static final Set<Integer> ROLLED_BACK =
            Set.of(Status.STATUS_MARKED_ROLLBACK, Status.STATUS_ROLLING_BACK, Status.STATUS_ROLLEDBACK);

    private final UserTransaction transaction;
    private final Duration timeout;
    private long begunAt;

    /** @param timeout in whole seconds; zero: as long as the container allows */
    BrokerTransaction(UserTransaction transaction, Duration timeout) {
        this.transaction = transaction;
        this.timeout = timeout;
    }

    /** Unlike the container, rolls back on every exception, checked ones too. */
    <T> T run(Callable<T> work) throws Exception {
        begin();
        try {
            var result = work.call();
            requireCommittable(transaction);
            transaction.commit();
            return result;
        } catch (Throwable failure) {
            var outOfTime = isOutOfTime(failure);
            end(failure);
            if (outOfTime) {
                throw timedOut(failure);
            }
            throw failure;
        }
    }

    /** The timeout is a property of the thread: whoever begins the next transaction on it must not inherit this one's. */
    private void begin() throws NotSupportedException, SystemException {
        begunAt = System.nanoTime();
        if (timeout.isZero()) {
            transaction.begin();
            return;
        }
        transaction.setTransactionTimeout(Math.toIntExact(timeout.toSeconds()));
        try {
            transaction.begin();
        } finally {
            transaction.setTransactionTimeout(0);
        }
    }

    /** @throws PgmbException if it is to roll back, or already is */
    static void requireCommittable(UserTransaction transaction) throws SystemException {
        if (ROLLED_BACK.contains(transaction.getStatus())) {
            throw new PgmbException("PGMB-0452: the handler returned, but its transaction is marked for rollback or"
                    + " has run into its timeout; the event counts as failed.");
        }
    }

    /** Servers refuse connections then, or close them: what looks like the database's fault is the handler's. */
    private boolean isOutOfTime(Throwable failure) throws SystemException {
        return !timeout.isZero()
                && System.nanoTime() - begunAt >= timeout.toNanos()
                && SqlErrors.isPassing(failure)
                && transaction.getStatus() != Status.STATUS_ACTIVE;
    }

    private PgmbException timedOut(Throwable failure) {
        var timedOut = new PgmbException("PGMB-0452: the handler's transaction has run into its timeout of "
                + timeout.toSeconds() + " s; the event counts as failed: " + failure.getMessage());
        // Not its cause, by which it would still count as the database's.
        timedOut.addSuppressed(failure);
        return timedOut;
    }

    /** A failed commit has usually ended the transaction; if not, it must not meet the next event on this thread. */
    private void end(Throwable failure) {
        try {
            if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
                transaction.rollback();
            }
        } catch (Exception unended) {
            failure.addSuppressed(unended);
        }
    }
}
