package io.github.pgmb.bench.engine;

import io.github.pgmb.internal.engine.Transactions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.sql.DataSource;

/** Transactions over one data source, bound to the thread, as a container has them. */
public final class LocalTransactions implements Transactions {

    private final DataSource dataSource;
    // One for an instance: two nodes in one JVM have transactions of their own.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Transaction> current = new ThreadLocal<>();

    /** Transactions of connections of this source. */
    public LocalTransactions(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    private record Transaction(Connection connection, Connection unclosed, Set<Runnable> afterCommit) {}

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
        try (var connection = dataSource.getConnection()) {
            var transaction = new Transaction(connection, unclosed(connection), new LinkedHashSet<>());
            current.set(transaction);
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

    /** Handlers here begin none. */
    @Override
    public void requireCommittable() {
        // nothing marks these for rollback
    }

    @Override
    public boolean rollBackLeftOver() {
        return false;
    }

    /** Inside of a transaction its connection, which ignores being closed; else one of its own. */
    Connection connection() throws SQLException {
        var transaction = current.get();
        return transaction == null ? dataSource.getConnection() : transaction.unclosed();
    }

    /** Gives {@link #connection}. */
    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (!"getConnection".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return connection();
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
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
