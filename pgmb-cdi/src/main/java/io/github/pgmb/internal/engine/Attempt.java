package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.StoredEvent;
import java.sql.SQLException;
import java.util.List;

/** Events of an owned group that are given to its handler together, and acknowledged together. */
sealed interface Attempt permits FirstAttempt, RepeatedAttempt {

    /** In order, and never empty together with {@link #gone}. */
    List<StoredEvent> events();

    /** The ids of those that are no longer in the log. */
    List<String> gone();

    /** How many attempts on them have failed before. */
    int failedBefore();

    /** Whether it may be acknowledged somewhat after it was {@link #handled}. */
    boolean mayBeStoredLater();

    /** Whether others before it have been handled and are not stored yet. */
    boolean followsUnstored();

    /** The handler has returned. */
    void handled();

    /**
     * Acknowledges, in the transaction of the calling thread if it has one.
     *
     * @param failed what was not handled, and what becomes of it
     * @throws FencedException if somebody else owns the group, or these events have been acknowledged already
     */
    void settle(List<FailedPart> failed) throws SQLException, FencedException;

    /** To be called once what {@link #settle} did has been committed. */
    void settled(List<FailedPart> failed);

    /** Acknowledges in a transaction of its own; the calling thread has none. */
    default void settleAlone(List<FailedPart> failed) throws SQLException, FencedException {
        settle(failed);
        settled(failed);
    }

    /** After a commit whose outcome is not known. */
    boolean isAcknowledged() throws SQLException;
}
