package io.github.pgmb.test.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import javax.sql.DataSource;

/** Transactions over one data source, bound to the thread, as a container has them: for what runs without one. Thread-safe. */
public final class ThreadTransactions {

    private final DataSource source;
    // One for an instance: two nodes in one JVM have transactions of their own.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<Transaction> current = new ThreadLocal<>();

    /** Transactions of connections of this source. */
    public ThreadTransactions(DataSource source) {
        this.source = source;
    }

    private record Transaction(Connection connection, Connection unclosed, Set<Runnable> afterCommit) {}

    /** After the transaction of this thread, if it commits; at once if there is none. */
    public void afterCommit(Runnable action) {
        Transaction transaction = current.get();
        if (transaction == null) {
            action.run();
        } else {
            transaction.afterCommit().add(action);
        }
    }

    /** Rolled back by any exception of {@code work}. */
    public <T> T inTransaction(Callable<T> work) throws Exception {
        Transaction transaction = begin();
        try (Connection connection = transaction.connection()) {
            T result = committed(connection, work);
            current.remove();
            transaction.afterCommit().forEach(Runnable::run);
            return result;
        } finally {
            current.remove();
        }
    }

    private static <T> T committed(Connection connection, Callable<T> work) throws Exception {
        T result;
        try {
            result = work.call();
        } catch (Throwable e) {
            rollBack(connection, e);
            throw e;
        }
        connection.commit();
        return result;
    }

    private static void rollBack(Connection connection, Throwable cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** As somebody does who ends it by himself, or forgets to. */
    public void beginAndLeave() throws SQLException {
        begin();
    }

    private Transaction begin() throws SQLException {
        Connection connection = source.getConnection();
        Transaction transaction = new Transaction(connection, unclosed(connection), new LinkedHashSet<>());
        current.set(transaction);
        connection.setAutoCommit(false);
        return transaction;
    }

    /** Rolls back what was begun on this thread and not ended; whether there was such a transaction. */
    public boolean rollBackLeftOver() {
        Transaction leftOver = current.get();
        if (leftOver == null) {
            return false;
        }
        current.remove();
        try (Connection connection = leftOver.connection()) {
            connection.rollback();
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the transaction's connection inside of one, which ignores being closed; else one of its own. */
    public DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (!"getConnection".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    Transaction transaction = current.get();
                    return transaction == null ? source.getConnection() : transaction.unclosed();
                });
    }

    private static Connection unclosed(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                ThreadTransactions.class.getClassLoader(),
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
