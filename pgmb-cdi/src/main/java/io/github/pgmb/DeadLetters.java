package io.github.pgmb;

import java.util.List;

/**
 * The dead letters of this application's handlers: events that a handler failed on for good, or could not be given. The broker
 * keeps them, with a copy of the event, until they are handled or discarded. Got from {@link Broker#deadLetters()}.
 *
 * <p>Handlers are named as the application names them, without {@code pgmb.group-id}.
 *
 * <p><b>Transactions.</b> Inside a JTA transaction, what is redriven or discarded is part of it: it happens when that commits, and
 * redrives and discards of others wait for it, so keep it short. Without one it has happened when the method returns. The same in SQL:
 * {@code pgmb.list_dead_letters}, {@code pgmb.redrive_dead_letters}, {@code pgmb.discard_dead_letters}.
 *
 * <p>All methods throw a {@link PgmbException} if {@code pgmb.group-id} is not set (PGMB-0601), if there is no such handler and never was
 * one that left dead letters (PGMB-0602), if an argument is not within its bounds (PGMB-0603; nothing is sent to the database then), or if
 * the database refuses or cannot be reached (PGMB-0604; the caller's transaction is then to be rolled back).
 *
 * <p>Thread-safe. Works before the engine has started, as soon as the schema is installed.
 */
public interface DeadLetters {

    /** The most that {@link #list} returns. */
    int LONGEST_PAGE = 10_000;

    /**
     * The first page.
     *
     * @param handler its name
     * @param limit how many at most, 1 to {@value #LONGEST_PAGE}
     * @return in the order of their events' ids
     */
    List<DeadLetter> list(String handler, int limit);

    /**
     * A further page.
     *
     * @param handler its name
     * @param afterEventId the last id of the page before
     * @param limit how many at most, 1 to {@value #LONGEST_PAGE}
     * @return in the order of their events' ids; empty if there are no more
     */
    List<DeadLetter> list(String handler, String afterEventId, int limit);

    /**
     * How many {@link #redrive} or {@link #discard} would take now; changes nothing.
     *
     * @return without those that are being redriven
     */
    long count(DeadLetterSelection which);

    /** As {@link #redrive(DeadLetterSelection, double)}, as fast as the handler can. */
    long redrive(DeadLetterSelection which);

    /**
     * Has dead letters handled once more, each by itself and with all the attempts of its handler's policy; the node that owns the handler
     * begins when it hears of it, within a second. Handled, they are deleted; otherwise they are dead letters again, with all attempts
     * counted. What is being redriven already is left alone.
     *
     * @param perSecond how many of them are handled in a second, 0.000001 to 1000000
     * @return how many will be
     */
    long redrive(DeadLetterSelection which, double perSecond);

    /**
     * Deletes dead letters; their events are never handled then. What is being redriven is left alone.
     *
     * @return how many
     */
    long discard(DeadLetterSelection which);
}
