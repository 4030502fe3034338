package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * I1 for cursors and replay: while writers keep transactions open, clients come back at random and have replayed what they missed; and
 * afterwards, what is replayed from each event is what was delivered after it.
 */
class RandomReplayTest {
    private static final int WRITERS = 4;
    private static final int TRANSACTIONS = LongForm.or(20, 150);
    private static final int LONGEST_MS = LongForm.or(400, 5_000);
    private static final int LONG_WRITER_MS = LongForm.or(3_000, 120_000);
    private static final List<String> GROUPS = List.of("all", "topics", "condition", "addressed");

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private final AtomicBoolean written = new AtomicBoolean();
    private final List<String> subscriptions = new ArrayList<>();
    private Pgmb pgmb;
    private long seed;

    @Test
    void whatIsReplayedIsWhatIsDelivered() throws Exception {
        seed = Seed.chosen();
        pgmb = sessions.open();
        pgmb.configure("poll_chunk_size", "5");
        subscriptions.add(pgmb.subscribe("all", Pgmb.ALL));
        subscriptions.add(pgmb.subscribeToTopics("topics", "a", "b.*"));
        subscriptions.add(pgmb.subscribe("condition", "(e.payload->>'n')::int % 3 = 0"));
        subscriptions.add(pgmb.subscribe("addressed", "false"));
        String start = pgmb.momentId();
        load(1, start);
        // From here on in a cluster whose transactions have the same numbers once more.
        OtherCluster.restore(pgmb, 300);
        load(2, start);
        check(start);
    }

    private void load(int round, String start) throws Exception {
        written.set(false);
        List<Future<Void>> writers = new ArrayList<>();
        for (int n = 0; n < WRITERS; n++) {
            Random random = new Random(seed + 100L * round + n);
            Pgmb session = sessions.open();
            writers.add(sessions.start(() -> write(session, random)));
        }
        Pgmb slow = sessions.open();
        writers.add(sessions.start(() -> writeSlowly(slow)));
        List<Future<List<String>>> clients = new ArrayList<>();
        for (int n = 0; n < GROUPS.size(); n++) {
            Random random = new Random(seed - 100L * round - n);
            String subscription = subscriptions.get(n);
            Pgmb session = sessions.open();
            String from = round == 1 ? start : last(session.receivedIds(GROUPS.get(n)), start);
            clients.add(sessions.start(() -> receive(session, subscription, from, random)));
        }
        Pgmb ticker = sessions.open();
        Future<Void> ticking = sessions.start(untilWritten(ticker::tick));
        for (Future<Void> writer : writers) {
            Sessions.result(writer);
        }
        written.set(true);
        Sessions.result(ticking);
        pgmb.dispatch();
        pgmb.dispatch();
        for (int n = 0; n < GROUPS.size(); n++) {
            List<String> received = pgmb.receivedIds(GROUPS.get(n));
            assertThat(Sessions.result(clients.get(n)))
                    .as("seed %d, round %d, client of %s", seed, round, GROUPS.get(n))
                    .isEqualTo(received.subList(
                            received.size() - clients.get(n).get().size(), received.size()));
        }
    }

    private static String last(List<String> ids, String otherwise) {
        return ids.isEmpty() ? otherwise : ids.get(ids.size() - 1);
    }

    private interface Work {
        void once() throws SQLException;
    }

    private Callable<Void> untilWritten(Work work) {
        return () -> {
            while (!written.get()) {
                work.once();
                Thread.sleep(2);
            }
            return null;
        };
    }

    private Void write(Pgmb session, Random random) throws SQLException, InterruptedException {
        for (int n = 0; n < TRANSACTIONS; n++) {
            session.begin();
            for (int events = random.nextInt(3); events >= 0; events--) {
                publish(session, random);
                Thread.sleep(random.nextInt(4) == 0 ? random.nextInt(LONGEST_MS / 4) : 0);
            }
            if (random.nextInt(5) == 0) {
                session.rollback();
            } else {
                session.commit();
            }
        }
        return null;
    }

    private void publish(Pgmb session, Random random) throws SQLException {
        if (random.nextInt(8) == 0) {
            session.publishTo(subscriptions.get(3), "a");
        } else {
            session.publish(List.of("a", "b", "b.c", "c").get(random.nextInt(4)), "{\"n\": " + random.nextInt(9) + "}");
        }
    }

    private Void writeSlowly(Pgmb session) throws SQLException, InterruptedException {
        session.begin();
        session.publish("a", "{\"n\": 3}");
        session.publishTo(subscriptions.get(3), "a");
        Thread.sleep(LONG_WRITER_MS);
        session.publish("b.c", "{\"n\": 6}");
        session.commit();
        return null;
    }

    /** Remembers nothing but the last id that it received. */
    private List<String> receive(Pgmb session, String subscription, String from, Random random)
            throws SQLException, InterruptedException {
        List<String> received = new ArrayList<>();
        while (!written.get()) {
            received.addAll(session.replay(subscription, last(received, from)));
            Thread.sleep(random.nextInt(150));
        }
        session.dispatch();
        session.dispatch();
        received.addAll(session.replay(subscription, last(received, from)));
        return received;
    }

    private void check(String start) throws SQLException {
        List<String> order = pgmb.column("select w.id from pgmb.ticks t cross join lateral"
                + " pgmb.window_events(t.previous, t.snapshot, t.after_seq, t.to_seq) w order by t.id, w.seq");
        assertThat(order).as("seed %d", seed).hasSizeGreaterThan(2 * WRITERS * TRANSACTIONS);
        for (int n = 0; n < GROUPS.size(); n++) {
            List<String> delivered = pgmb.receivedIds(GROUPS.get(n));
            assertThat(pgmb.replay(subscriptions.get(n), start))
                    .isEqualTo(delivered)
                    .hasSizeGreaterThan(4);
        }
        for (int place = 0; place < order.size(); place++) {
            int n = place % GROUPS.size();
            List<String> expected = new ArrayList<>(pgmb.receivedIds(GROUPS.get(n)));
            expected.retainAll(new HashSet<>(order.subList(place + 1, order.size())));
            assertThat(pgmb.replay(subscriptions.get(n), order.get(place)))
                    .as("seed %d, %s from event %d", seed, GROUPS.get(n), place)
                    .isEqualTo(expected);
        }
    }
}
