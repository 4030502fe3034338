package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.Retry;
import io.github.pgmb.internal.db.StoredEvent;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Events that have failed before, exactly those of that attempt.
 *
 * @param rest of a batch whose events go on one by one, in their order: those that wait until the first one has been handled or is a
 *     dead letter
 */
record RepeatedAttempt(OwnedGroup group, Retry retry, Optional<FailedPart> rest) implements Attempt {

    static RepeatedAttempt of(OwnedGroup group, Retry retry) {
        return new RepeatedAttempt(group, retry, Optional.empty());
    }

    /** Of the first event only. */
    RepeatedAttempt before(FailedPart others) {
        return new RepeatedAttempt(group, retry, Optional.of(others));
    }

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
        group.settle(retry.no(), withRest(failed));
    }

    @Override
    public void settled(List<FailedPart> failed) {
        group.expect(withRest(failed));
    }

    @Override
    public boolean isAcknowledged() throws SQLException {
        return group.isSettled(retry.no());
    }

    /** What of this is to be tried again is the first one, and the rest waits with it. */
    private List<FailedPart> withRest(List<FailedPart> failed) {
        if (rest.isEmpty()) {
            return failed;
        }
        var all = new ArrayList<>(failed);
        var others = rest.get();
        var again = failed.stream().filter(part -> part.delay().isPresent()).findFirst();
        again.ifPresentOrElse(
                first -> all.set(all.indexOf(first), first.followedBy(others.eventIds())), () -> all.add(others));
        return all;
    }
}
