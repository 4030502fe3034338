package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.StoredEvent;
import java.time.Duration;
import java.util.List;

/**
 * Progress is stored after the handler has returned: after a crash between the two, events come again. For single events
 * it is stored at intervals, since a transaction for each would cost more than the handling.
 */
final class AcknowledgeAfterReturn implements Acknowledgement {

    private static final Duration INTERVAL = Duration.ofMillis(50);

    private final Handling handling;
    private final Transactions transactions;
    private final MonotonicClock clock;
    private long firstPendingAt;

    AcknowledgeAfterReturn(Handling handling, Transactions transactions, MonotonicClock clock) {
        this.handling = handling;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public void handle(OwnedGroup group, List<StoredEvent> events) throws Exception {
        if (group.handledTo() == group.position()) {
            firstPendingAt = clock.nanoTime();
        }
        call(events);
        group.handled(events.get(events.size() - 1).position());
        if (clock.nanoTime() - firstPendingAt >= INTERVAL.toNanos()) {
            flush(group);
        }
    }

    /** What is stored afterwards must not become part of a transaction that nobody commits. */
    private void call(List<StoredEvent> events) throws Exception {
        boolean leftOver;
        try {
            handling.handle(events);
        } finally {
            leftOver = transactions.rollBackLeftOver();
        }
        if (leftOver) {
            throw new PgmbException(
                    "PGMB-0406: the handler returned without ending the transaction that it had begun; it is rolled back");
        }
    }

    @Override
    public void flush(OwnedGroup group) throws Exception {
        var handledTo = group.handledTo();
        if (handledTo > group.position()) {
            group.store(handledTo);
            group.stored(handledTo);
        }
    }
}
