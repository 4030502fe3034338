package io.github.pgmb.internal.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/** A pool as containers have them, which makes whoever comes too late wait. */
final class SmallPool implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 10;

    private final DataSource database;
    private final Semaphore free;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

    SmallPool(DataSource database, int size) {
        this.database = database;
        // First come, first served.
        this.free = new Semaphore(size, true);
    }

    DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (!"getConnection".equals(method.getName())) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return lend();
                });
    }

    private Connection lend() throws SQLException {
        try {
            if (!free.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new SQLTransientConnectionException("no connection in time");
            }
        } catch (InterruptedException e) {
            throw new SQLException("interrupted", e);
        }
        var pooled = idle.poll();
        return lent(pooled == null ? database.getConnection() : pooled);
    }

    private Connection lent(Connection connection) {
        var returned = new AtomicBoolean();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (!"close".equals(method.getName())) {
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    }
                    if (returned.compareAndSet(false, true)) {
                        takeBack(connection);
                    }
                    return null;
                });
    }

    private void takeBack(Connection connection) throws SQLException {
        try {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
                idle.add(connection);
            }
        } finally {
            free.release();
        }
    }

    @Override
    public void close() throws SQLException {
        for (var connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }
}
