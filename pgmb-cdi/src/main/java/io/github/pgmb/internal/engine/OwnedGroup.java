package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.Groups;
import io.github.pgmb.internal.db.Groups.Chunk;
import io.github.pgmb.internal.db.Nodes.Ownership;
import io.github.pgmb.internal.db.Retries;
import io.github.pgmb.internal.db.Retries.Outlook;
import io.github.pgmb.internal.db.Retry;
import io.github.pgmb.internal.db.SqlErrors;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A group while this node owns it, in one epoch: where it stands, which retries are to come, and the way to read on and to store
 * progress.
 */
final class OwnedGroup {

    private final String node;
    private final String groupId;
    private final Ownership ownership;
    private final Groups groups;
    private final Retries retries;
    private final Expectation expectation;
    private volatile long position;
    private long handledTo;

    OwnedGroup(String node, String groupId, Ownership ownership, Groups groups, Retries retries, MonotonicClock clock) {
        this.node = node;
        this.groupId = groupId;
        this.ownership = ownership;
        this.groups = groups;
        this.retries = retries;
        this.expectation = new Expectation(clock);
        this.position = ownership.position();
        this.handledTo = position;
    }

    /** The last event that is known to be acknowledged. */
    long position() {
        return position;
    }

    /** The last event that was handled, whether or not that is stored yet. */
    long handledTo() {
        return handledTo;
    }

    void handled(long to) {
        handledTo = to;
    }

    Ownership ownership() {
        return ownership;
    }

    Chunk readOn(int atMost) throws SQLException, FencedException {
        try {
            return groups.read(node, ownership, position, atMost);
        } catch (SQLException e) {
            throw fencedOr(e);
        }
    }

    /** In the transaction of the calling thread, if it has one. */
    void store(long to, List<FailedPart> failed) throws SQLException, FencedException {
        var stored = failed.isEmpty()
                ? groups.advance(node, ownership, position, to)
                : groups.setAside(node, ownership, position, to, failed);
        if (!stored) {
            throw new FencedException(groupId);
        }
    }

    /** To be called once what {@link #store} did has been committed. */
    void stored(long to) {
        position = to;
        handledTo = to;
    }

    /** After a commit whose outcome is not known. */
    void reread() throws SQLException {
        for (var standing : groups.standings(node, List.of(ownership.groupNo()))) {
            stored(standing.position());
            expect(standing.retries());
        }
    }

    /** Whether there may be something for {@link #dueRetries}. */
    boolean hasDueRetries() {
        return expectation.isDue();
    }

    /** Until the next one is due; empty if there is none, as far as this node knows. */
    Optional<Duration> nextRetryIn() {
        return expectation.dueIn();
    }

    /** Whether the group may not go on, as far as this node knows. */
    boolean isBlocked() {
        return expectation.blocks();
    }

    List<Retry> dueRetries(int atMost) throws SQLException, FencedException {
        try {
            return retries.due(node, ownership, atMost);
        } catch (SQLException e) {
            throw fencedOr(e);
        }
    }

    /** Asks which retries are to come. */
    void lookAhead() throws SQLException {
        expectation.is(retries.outlook(ownership.groupNo()));
    }

    /** What somebody has seen, perhaps before this node added to it: the next look ahead puts it right. */
    void expect(Outlook seen) {
        expectation.mayBe(seen);
    }

    void expect(List<FailedPart> added) {
        for (var part : added) {
            expectation.mayBe(
                    new Outlook(part.delay(), part.blocks() && part.delay().isPresent()));
        }
    }

    /** In the transaction of the calling thread, if it has one. */
    void settle(long retryNo, List<FailedPart> failed) throws SQLException, FencedException {
        if (!retries.settle(node, ownership, retryNo, failed)) {
            throw new FencedException(groupId);
        }
    }

    boolean isSettled(long retryNo) throws SQLException {
        return !retries.isWaiting(retryNo);
    }

    private SQLException fencedOr(SQLException e) throws FencedException {
        if (SqlErrors.isNotOwner(e)) {
            throw new FencedException(groupId);
        }
        return e;
    }
}
