package io.github.pgmb.internal.engine;

import io.github.pgmb.test.postgres.ThreadTransactions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Transactions over one data source, which may also be refused. */
final class LocalTransactions implements Transactions {

    private final ThreadTransactions transactions;
    private final AtomicInteger refused = new AtomicInteger();

    LocalTransactions(DataSource dataSource) {
        transactions = new ThreadTransactions(dataSource);
    }

    /** As a transaction manager does that has its own troubles. */
    void refuseNext(int count) {
        refused.set(count);
    }

    @Override
    public void afterCommit(Runnable action) {
        transactions.afterCommit(action);
    }

    @Override
    public <T> T inTransaction(Duration timeout, Callable<T> work) throws Exception {
        if (refused.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("this thread has a transaction already");
        }
        return transactions.inTransaction(work);
    }

    /** Nothing marks these for rollback. */
    @Override
    public void requireCommittable() {
        // always
    }

    @Override
    public boolean rollBackLeftOver() {
        return transactions.rollBackLeftOver();
    }

    /** As a handler does that ends its transaction by itself, or forgets to. */
    void begin() throws SQLException {
        transactions.beginAndLeave();
    }

    DataSource dataSource() {
        return transactions.dataSource();
    }
}
