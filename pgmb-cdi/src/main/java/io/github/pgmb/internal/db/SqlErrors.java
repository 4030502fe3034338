package io.github.pgmb.internal.db;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the SQLSTATEs mean that the broker distinguishes. */
public final class SqlErrors {

    private static final String CONDITION_REFUSED = "PM002";
    private static final String NOT_THE_OWNER = "PM003";
    private static final String UNKNOWN_HANDLER = "PM013";
    // What the script of the schema raises before it has changed anything.
    private static final Set<String> INSTALLATION_REFUSED = Set.of("PM004", "PM005", "PM006", "PM007", "PM008");
    private static final String INSUFFICIENT_PRIVILEGE = "42501";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String READ_ONLY = "25006";
    private static final Set<String> SHUTTING_DOWN_OR_FULL = Set.of("57P01", "57P02", "57P03", "53300", READ_ONLY);
    private static final int DEEPEST_CAUSE = 20;

    private SqlErrors() {}

    /** The database is away: the server, the network or the pool gives no usable connection. */
    public static boolean isUnavailable(Throwable failure) {
        return anyCause(failure, SqlErrors::isUnavailableState);
    }

    /** The same work is likely to succeed when it is done again: no connection, a serialization failure, a deadlock. */
    public static boolean isPassing(Throwable failure) {
        return isUnavailable(failure)
                || anyCause(
                        failure,
                        cause -> SERIALIZATION_FAILURE.equals(cause.getSQLState())
                                || DEADLOCK.equals(cause.getSQLState()));
    }

    /** Another node owns the group by now, or somebody has moved it. */
    public static boolean isNotOwner(SQLException e) {
        return anyCause(e, cause -> NOT_THE_OWNER.equals(cause.getSQLState()));
    }

    /** No application has declared a handler for the group. */
    public static boolean isUnknownHandler(SQLException e) {
        return UNKNOWN_HANDLER.equals(e.getSQLState());
    }

    static boolean isSerializationFailure(SQLException e) {
        return anyCause(e, cause -> SERIALIZATION_FAILURE.equals(cause.getSQLState()));
    }

    /** The text of a condition was refused; the message says why. */
    public static boolean isConditionRefused(SQLException e) {
        return CONDITION_REFUSED.equals(e.getSQLState());
    }

    static boolean isDenied(SQLException e) {
        return INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
    }

    static boolean isLockTimeout(SQLException e) {
        return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
    }

    static boolean isRefusedInstallation(SQLException e) {
        return e.getSQLState() != null && INSTALLATION_REFUSED.contains(e.getSQLState());
    }

    static boolean isUniqueViolation(SQLException e) {
        return UNIQUE_VIOLATION.equals(e.getSQLState());
    }

    static boolean isConnectionLost(SQLException e) {
        var state = e.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }

    private static boolean isUnavailableState(SQLException e) {
        var state = e.getSQLState();
        return e instanceof SQLRecoverableException
                || e instanceof SQLTransientConnectionException
                || isConnectionLost(e)
                || (state == null ? isPoolFailure(e) : SHUTTING_DOWN_OR_FULL.contains(state));
    }

    /** Pools report that they could not connect without a SQLSTATE of their own. */
    private static boolean isPoolFailure(SQLException e) {
        return e.getCause() == null || !(e.getCause() instanceof SQLException);
    }

    private static boolean anyCause(Throwable failure, Predicate<SQLException> test) {
        @Nullable Throwable cause = failure;
        for (var depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
            if (cause instanceof SQLException e && test.test(e)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
