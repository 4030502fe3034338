package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.StoredEvent;
import java.sql.SQLException;
import java.util.List;

/**
 * Events as the group receives them; with them it acknowledges all before them that are handled.
 *
 * @param last the position of the last one of events and those that are gone
 */
record FirstAttempt(OwnedGroup group, List<StoredEvent> events, List<String> gone, long last) implements Attempt {

    @Override
    public int failedBefore() {
        return 0;
    }

    @Override
    public boolean mayBeStoredLater() {
        return true;
    }

    @Override
    public boolean followsUnstored() {
        return group.handledTo() > group.position();
    }

    @Override
    public void handled() {
        group.handled(last);
    }

    @Override
    public void settle(List<FailedPart> failed) throws SQLException, FencedException {
        group.store(last, failed);
    }

    @Override
    public void settled(List<FailedPart> failed) {
        group.stored(last);
        group.expect(failed);
    }

    @Override
    public boolean isAcknowledged() throws SQLException {
        group.reread();
        return group.position() >= last;
    }
}
