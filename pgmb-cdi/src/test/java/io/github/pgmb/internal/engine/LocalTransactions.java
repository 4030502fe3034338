package io.github.pgmb.internal.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** Transactions over one data source, bound to the thread, as a container has them. */
final class LocalTransactions implements Transactions {

    private final DataSource dataSource;
    // One for an instance: two nodes in one JVM have transactions of their own.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Transaction> current = new ThreadLocal<>();

    private final AtomicInteger refused = new AtomicInteger();

    LocalTransactions(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** As a transaction manager does that has its own troubles. */
    void refuseNext(int transactions) {
        refused.set(transactions);
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
        if (refused.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("this thread has a transaction already");
        }
        var transaction = new Transaction(dataSource.getConnection(), new LinkedHashSet<>());
        current.set(transaction);
        try (var connection = transaction.connection()) {
            connection.setAutoCommit(false);
            T result;
            try {
                result = work.call();
            } catch (Throwable e) {
                connection.rollback();
                throw e;
            }
            connection.commit();
            transaction.afterCommit().forEach(Runnable::run);
            return result;
        } finally {
            current.remove();
        }
    }

    /** Nothing marks these for rollback. */
    @Override
    public void requireCommittable() {
        // always
    }

    @Override
    public boolean rollBackLeftOver() {
        var leftOver = current.get();
        if (leftOver == null) {
            return false;
        }
        current.remove();
        try (var connection = leftOver.connection()) {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a handler does that ends its transaction by itself, or forgets to. */
    void begin() throws SQLException {
        var transaction = new Transaction(dataSource.getConnection(), new LinkedHashSet<>());
        transaction.connection().setAutoCommit(false);
        current.set(transaction);
    }

    /** Gives the transaction's connection inside of one, which ignores being closed; else one of its own. */
    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (!"getConnection".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    var transaction = current.get();
                    return transaction == null ? dataSource.getConnection() : unclosed(transaction.connection());
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
