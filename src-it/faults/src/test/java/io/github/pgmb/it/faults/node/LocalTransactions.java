package io.github.pgmb.it.faults.node;

import io.github.pgmb.internal.engine.Transactions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/** Transactions over one pool, bound to the thread, with timeouts: as a container has them. Thread-safe. */
final class LocalTransactions implements Transactions {

    private final DataSource pool;
    // Several pools in one node have transactions of their own.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Transaction> current = new ThreadLocal<>();

    LocalTransactions(DataSource pool) {
        this.pool = pool;
    }

    private record Transaction(Connection connection, Set<Runnable> afterCommit) {}

    @Override
    public void afterCommit(Runnable action) {
        var transaction = current.get();
        if (transaction == null) {
            action.run();
        } else {
            transaction.afterCommit().add(action);
        }
    }

    @Override
    public <T> T inTransaction(Duration timeout, Callable<T> work) throws Exception {
        try (var connection = pool.getConnection()) {
            var transaction = new Transaction(connection, new LinkedHashSet<>());
            current.set(transaction);
            connection.setAutoCommit(false);
            var begun = System.nanoTime();
            T result;
            try {
                result = work.call();
                requireInTime(timeout, begun);
            } catch (Throwable e) {
                rollBack(connection, e);
                throw e;
            }
            connection.commit();
            current.remove();
            transaction.afterCommit().forEach(Runnable::run);
            return result;
        } finally {
            current.remove();
        }
    }

    /** A container marks it for rollback when its time is over, which shows when it is to be committed. */
    private static void requireInTime(Duration timeout, long begun) throws TimeoutException {
        if (!timeout.isZero() && System.nanoTime() - begun > timeout.toNanos()) {
            throw new TimeoutException("The transaction took longer than " + timeout.toSeconds() + " s");
        }
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public void requireCommittable() {
        // nothing marks these for rollback
    }

    @Override
    public boolean rollBackLeftOver() {
        return false;
    }

    /** Gives the transaction's connection inside of one, which ignores being closed; else one of its own. */
    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (!"getConnection".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    var transaction = current.get();
                    return transaction == null ? pool.getConnection() : unclosed(transaction.connection());
                });
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                LocalTransactions.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if ("close".equals(method.getName())) {
                        return null;
                    }
                    if ("setAutoCommit".equals(method.getName())) {
                        throw new SQLException("not inside of a transaction");
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
