package io.github.pgmb.internal.db;

import io.github.pgmb.PgmbException;
import io.github.pgmb.spi.DataSourceProvider;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Gives connections for one piece of work each. Inside a JTA transaction of the calling thread they take part in it, else
 * every statement is a transaction of its own. Thread-safe.
 */
public final class Database {

    private static final int OLDEST_VERSION = 14;

    private final DataSourceProvider dataSource;

    public Database(DataSourceProvider dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Runs {@code work} on a connection.
     *
     * @throws PgmbException if there is no data source
     */
    public <T> T with(Work<T> work) throws SQLException {
        try (var connection = dataSource.dataSource().getConnection()) {
            return discardingIfBroken(connection, work);
        }
    }

    /** Runs {@code work} in a transaction of its own; the calling thread has no JTA transaction. */
    public <T> T inTransaction(Work<T> work) throws SQLException {
        return with(connection -> {
            connection.setAutoCommit(false);
            try {
                var result = work.on(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        });
    }

    /**
     * Like {@link #inTransaction}, in READ COMMITTED whatever the database or the pool begins transactions with: for work that
     * must see what others have committed before it got its locks.
     */
    public <T> T inReadCommitted(Work<T> work) throws SQLException {
        return inTransaction(connection -> {
            try (var set = connection.createStatement()) {
                set.execute("set transaction isolation level read committed");
            }
            return work.on(connection);
        });
    }

    /** Whether a connection can be had now, and leads to a database that accepts writes. */
    public boolean answers() {
        try {
            return with(Database::isWritable);
        } catch (SQLException | RuntimeException e) {
            return false;
        }
    }

    /** After a failover, a pool can be left with connections to what has become a standby. */
    private static boolean isWritable(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                "select not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off'")) {
            return Nodes.returnedTrue(select);
        }
    }

    /** Version of the server, database and role, for people; if it is a server that the schema runs on. */
    public String requirePostgres() throws SQLException {
        return with(connection -> {
            var server = connection.getMetaData();
            unusable(server.getDatabaseProductName(), server.getDatabaseMajorVersion())
                    .ifPresent(reason -> {
                        throw new PgmbException(reason);
                    });
            return "PostgreSQL " + server.getDatabaseProductVersion() + ", database " + connection.getCatalog() + " as "
                    + server.getUserName();
        });
    }

    private static Optional<String> unusable(String product, int version) {
        if (!"PostgreSQL".equals(product)) {
            return Optional.of("PGMB-0202: the data source leads to " + product + ", which is not PostgreSQL;"
                    + " set pgmb.datasource to the JNDI name of a PostgreSQL data source");
        }
        return version >= OLDEST_VERSION
                ? Optional.empty()
                : Optional.of("PGMB-0203: the data source leads to PostgreSQL " + version + "; needed is "
                        + OLDEST_VERSION + " or newer");
    }

    /** Without this, pools that do not validate would hand a dead connection out again and again. */
    private static <T> T discardingIfBroken(Connection connection, Work<T> work) throws SQLException {
        try {
            return work.on(connection);
        } catch (SQLException e) {
            if (SqlErrors.isConnectionLost(e)) {
                abort(connection, e);
            }
            throw e;
        }
    }

    private static void abort(Connection connection, SQLException cause) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** A piece of work on one connection. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
