package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.StoredEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The first of several events that failed together and go on one by one, in their order: the others wait until it has been handled or is
 * a dead letter.
 *
 * @param whole with all of them
 * @param rest the others
 */
record OrderedAttempt(RepeatedAttempt whole, FailedPart rest) implements Attempt {

    @Override
    public List<StoredEvent> events() {
        return whole.events();
    }

    @Override
    public List<String> gone() {
        return whole.gone();
    }

    @Override
    public int failedBefore() {
        return whole.failedBefore();
    }

    @Override
    public boolean mayBeStoredLater() {
        return whole.mayBeStoredLater();
    }

    @Override
    public boolean followsUnstored() {
        return whole.followsUnstored();
    }

    @Override
    public void handled() {
        whole.handled();
    }

    @Override
    public void settle(List<FailedPart> failed) throws SQLException, FencedException {
        whole.settle(withRest(failed));
    }

    @Override
    public void settled(List<FailedPart> failed) {
        whole.settled(withRest(failed));
    }

    @Override
    public boolean isAcknowledged() throws SQLException {
        return whole.isAcknowledged();
    }

    /** Nothing but the first one is to be tried again. */
    private List<FailedPart> withRest(List<FailedPart> failed) {
        var all = new ArrayList<FailedPart>();
        var waits = false;
        for (var part : failed) {
            var again = part.delay().isPresent();
            all.add(again ? part.followedBy(rest.eventIds()) : part);
            waits |= again;
        }
        if (!waits) {
            all.add(rest);
        }
        return all;
    }
}
