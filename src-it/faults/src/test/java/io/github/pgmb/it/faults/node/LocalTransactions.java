package io.github.pgmb.it.faults.node;

import io.github.pgmb.internal.engine.Transactions;
import io.github.pgmb.test.postgres.ThreadTransactions;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/** Transactions over one pool, with timeouts. Thread-safe. */
final class LocalTransactions implements Transactions {

    private final ThreadTransactions transactions;

    LocalTransactions(DataSource pool) {
        transactions = new ThreadTransactions(pool);
    }

    @Override
    public void afterCommit(Runnable action) {
        transactions.afterCommit(action);
    }

    @Override
    public <T> T inTransaction(Duration timeout, Callable<T> work) throws Exception {
        return transactions.inTransaction(() -> {
            var begun = System.nanoTime();
            var result = work.call();
            requireInTime(timeout, begun);
            return result;
        });
    }

    /** A container marks it for rollback when its time is over, which shows when it is to be committed. */
    private static void requireInTime(Duration timeout, long begun) throws TimeoutException {
        if (!timeout.isZero() && System.nanoTime() - begun > timeout.toNanos()) {
            throw new TimeoutException("The transaction took longer than " + timeout.toSeconds() + " s");
        }
    }

    @Override
    public void requireCommittable() {
        // nothing marks these for rollback
    }

    @Override
    public boolean rollBackLeftOver() {
        return transactions.rollBackLeftOver();
    }

    DataSource dataSource() {
        return transactions.dataSource();
    }
}
