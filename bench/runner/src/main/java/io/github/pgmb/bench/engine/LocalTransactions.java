package io.github.pgmb.bench.engine;

import io.github.pgmb.internal.engine.Transactions;
import io.github.pgmb.test.postgres.ThreadTransactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import javax.sql.DataSource;

/** Transactions over one data source. */
public final class LocalTransactions implements Transactions {

    private final ThreadTransactions transactions;
    private final DataSource dataSource;

    /** Transactions of connections of this source. */
    public LocalTransactions(DataSource source) {
        transactions = new ThreadTransactions(source);
        dataSource = transactions.dataSource();
    }

    @Override
    public void afterCommit(Runnable action) {
        transactions.afterCommit(action);
    }

    @Override
    public <T> T inTransaction(Duration timeout, Callable<T> work) throws Exception {
        return transactions.inTransaction(work);
    }

    @Override
    public void requireCommittable() {
        // nothing marks these for rollback
    }

    @Override
    public boolean rollBackLeftOver() {
        return transactions.rollBackLeftOver();
    }

    /** Inside of a transaction its connection, which ignores being closed; else one of its own. */
    Connection connection() throws SQLException {
        return dataSource.getConnection();
    }

    /** Gives {@link #connection}. */
    DataSource dataSource() {
        return dataSource;
    }
}
