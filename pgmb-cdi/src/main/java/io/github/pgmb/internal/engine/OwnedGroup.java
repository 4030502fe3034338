package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Groups;
import io.github.pgmb.internal.db.Groups.Chunk;
import io.github.pgmb.internal.db.Nodes.Ownership;
import io.github.pgmb.internal.db.SqlErrors;
import java.sql.SQLException;
import java.util.List;

/** A group while this node owns it, in one epoch: where it stands, and the way to read on and to store progress. */
final class OwnedGroup {

    private final String node;
    private final String groupId;
    private final Ownership ownership;
    private final Groups groups;
    private volatile long position;
    private long handledTo;

    OwnedGroup(String node, String groupId, Ownership ownership, Groups groups) {
        this.node = node;
        this.groupId = groupId;
        this.ownership = ownership;
        this.groups = groups;
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
            if (SqlErrors.isNotOwner(e)) {
                throw new FencedException(groupId);
            }
            throw e;
        }
    }

    /** In the transaction of the calling thread, if it has one. */
    void store(long to) throws SQLException, FencedException {
        if (!groups.advance(node, ownership, position, to)) {
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
        }
    }
}
