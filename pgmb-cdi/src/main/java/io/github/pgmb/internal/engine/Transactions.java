package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import java.time.Duration;
import java.util.concurrent.Callable;

/** The transactions of the surrounding container; the seam that keeps JTA out of the engine. Thread-safe. */
public interface Transactions {

    /**
     * Runs {@code action} after the transaction of the calling thread has committed, not at all if it rolls back; at
     * once if there is no transaction. Several calls within one transaction with the same action run it once.
     */
    void afterCommit(Runnable action);

    /**
     * Runs {@code work} in a new transaction of the calling thread, which has none, and commits it.
     *
     * @param timeout how long it may take, in whole seconds; zero: as long as usual
     * @return what {@code work} returned
     * @throws Exception what {@code work} threw, after the rollback; or why the commit failed, in which case the outcome
     *     may be unknown
     */
    <T> T inTransaction(Duration timeout, Callable<T> work) throws Exception;

    /**
     * To be asked inside of {@link #inTransaction}: nothing can be stored any more in a transaction that is to roll back, and what the
     * database then says of it would be taken for the database's fault.
     *
     * @throws PgmbException if the transaction of the calling thread is marked for rollback or has run into its timeout
     */
    void requireCommittable() throws Exception;

    /**
     * Rolls back a transaction that somebody has begun on the calling thread and not ended.
     *
     * @return whether there was one
     */
    boolean rollBackLeftOver();
}
