package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.Retry;
import io.github.pgmb.internal.db.StoredEvent;
import java.sql.SQLException;
import java.util.List;

/** Events that have failed before, exactly those of that attempt. */
record RepeatedAttempt(OwnedGroup group, Retry retry) implements Attempt {

    @Override
    public List<StoredEvent> events() {
        return retry.events();
    }

    @Override
    public List<String> gone() {
        return retry.gone();
    }

    @Override
    public int failedBefore() {
        return retry.attempts();
    }

    @Override
    public boolean mayBeStoredLater() {
        return false;
    }

    @Override
    public boolean followsUnstored() {
        return false;
    }

    @Override
    public void handled() {
        // Each is settled by itself.
    }

    @Override
    public void settle(List<FailedPart> failed) throws SQLException, FencedException {
        group.settle(retry.no(), failed);
    }

    @Override
    public void settled(List<FailedPart> failed) {
        group.expect(failed);
    }

    @Override
    public boolean isAcknowledged() throws SQLException {
        return group.isSettled(retry.no());
    }
}
