package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.StoredEvent;
import java.util.List;

/** The handler's database effects and the group's progress commit together or not at all. */
record AcknowledgeInTransaction(Handling handling, Transactions transactions) implements Acknowledgement {

    @Override
    public void handle(OwnedGroup group, List<StoredEvent> events) throws Exception {
        var last = events.get(events.size() - 1).position();
        transactions.inTransaction(() -> {
            handling.handle(events);
            // Last, so that its row locks are held no longer than the commit takes.
            group.store(last);
            return last;
        });
        group.stored(last);
    }

    @Override
    public void flush(OwnedGroup group) {
        // Nothing is ever handled and not stored.
    }
}
