package io.github.pgmb.internal.engine;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Leads to a database until its node is cut off from it, which for the database is the end of the node; and can lose replies. */
final class CuttableDataSource implements DataSource {

    private final DataSource database;
    private final AtomicReference<@Nullable Supplier<Exception>> lostReply = new AtomicReference<>();
    private volatile boolean cut;

    CuttableDataSource(DataSource database) {
        this.database = database;
    }

    void cut() {
        cut = true;
    }

    /** The next commit succeeds, but whoever has asked for it gets this. */
    void loseReplyOfNextCommit(Supplier<Exception> instead) {
        lostReply.set(instead);
    }

    @Override
    public Connection getConnection() throws SQLException {
        requirePower();
        var connection = database.getConnection();
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (!"close".equals(method.getName())) {
                        requirePower();
                    }
                    Object result;
                    try {
                        result = method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                    if ("commit".equals(method.getName())) {
                        loseReply();
                    }
                    return result;
                });
    }

    private void loseReply() throws Exception {
        var lost = lostReply.getAndSet(null);
        if (lost != null) {
            throw lost.get();
        }
    }

    private void requirePower() throws SQLException {
        if (cut) {
            throw new SQLException("cut off", "08006");
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // It says nothing.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // It has none.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
