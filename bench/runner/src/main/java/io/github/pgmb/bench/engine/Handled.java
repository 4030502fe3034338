package io.github.pgmb.bench.engine;

import io.github.pgmb.bench.load.Arrivals;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.RetryPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * How events are handled.
 *
 * @param unit single ones, or batches
 * @param inTransaction whether the handler has a transaction and inserts a row in it; else it does nothing
 * @param failing whether one event in a hundred fails at first, and is handled at the second attempt
 */
record Handled(Unit unit, boolean inTransaction, boolean failing) {

    private static final int FAILS = 100;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final FailurePolicy SOON = new FailurePolicy(
            new RetryPlan.Delays(Collections.nCopies(5, Duration.ofMillis(100))), List.of(), false, Optional.empty());

    String title() {
        return (unit == Unit.EVENT ? "per event" : "by batch")
                + (inTransaction ? ", a transaction with an effect each" : ", without transaction")
                + (failing ? ", 1 % fail at first" : "");
    }

    Work work(int events) {
        return new Work(this, events);
    }

    /** The handlers of one round. */
    static final class Work {

        private static final String EFFECT = "insert into bench_effects (id, handler) values (?, ?)";

        private final Handled how;
        private final int events;
        private final Arrivals arrivals = new Arrivals();
        private final Set<String> failed = ConcurrentHashMap.newKeySet();

        private Work(Handled how, int events) {
            this.how = how;
            this.events = events;
            arrivals.expect(events);
        }

        List<HandlerDefinition> handlers(LocalTransactions transactions) {
            return IntStream.range(0, Backlog.GROUPS)
                    .mapToObj(n -> Handlers.of(
                            "h" + n,
                            "bench." + n,
                            how.unit(),
                            how.inTransaction() ? Acknowledging.IN_TRANSACTION : Acknowledging.AFTER_RETURN,
                            SOON,
                            received -> handle(received, n, transactions)))
                    .toList();
        }

        private void handle(List<StoredEvent> received, int handler, LocalTransactions transactions)
                throws SQLException {
            if (how.inTransaction()) {
                for (var event : received) {
                    enter(event.id(), handler, transactions);
                }
            }
            if (how.failing()) {
                received.forEach(this::failAtFirst);
            }
            arrivals.handled(received.size());
        }

        static void enter(String id, int handler, LocalTransactions transactions) throws SQLException {
            try (var connection = transactions.connection();
                    var insert = connection.prepareStatement(EFFECT)) {
                insert.setString(1, id);
                insert.setInt(2, handler);
                insert.executeUpdate();
            }
        }

        private void failAtFirst(StoredEvent event) {
            if (event.position() % FAILS == 0 && event.position() > 0 && failed.add(event.id())) {
                throw new IllegalArgumentException("the first attempt on " + event.id());
            }
        }

        void awaitAll() throws InterruptedException {
            arrivals.awaitAll(LIMIT);
        }

        /** Fast and wrong would be easy. */
        void check(Store store) throws SQLException {
            // The last ones may be about to commit.
            for (var effects = -1L; how.inTransaction() && effects != events; ) {
                var now = store.number("select count(*) from bench_effects");
                if (now == effects) {
                    throw new IllegalStateException(now + " effects of " + events + " events");
                }
                effects = now;
            }
            if (how.failing() && failed.size() != events / FAILS) {
                throw new IllegalStateException(failed.size() + " of " + events + " events failed");
            }
        }
    }
}
