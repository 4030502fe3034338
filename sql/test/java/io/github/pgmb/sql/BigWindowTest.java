package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A window of more events than one tick may dispatch is cut into steps, in order. */
class BigWindowTest {
    private static final String GROUP = "all";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void dispatchAtMostTen() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.configure("poll_chunk_size", "10");
        pgmb.subscribe(GROUP, Pgmb.ALL);
    }

    @Test
    void saysThatThereIsMoreUntilTheWindowIsEmpty() throws SQLException {
        pgmb.publishNumbered("a", 25);
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 10, true));
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 10, true));
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 5, false));
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
    }

    @Test
    void completesAWindowOfExactlyOneStep() throws SQLException {
        pgmb.publishNumbered("a", 10);
        pgmb.dispatch();
        pgmb.publish("b");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).hasSize(11).endsWith("b");
    }

    @Test
    void keepsTheOrderOfInterleavedTransactions() throws SQLException {
        List<String> published = interleave(sessions.open(), sessions.open(), 35);
        dispatchInSteps();
        assertThat(pgmb.receivedIds(GROUP)).isEqualTo(published);
    }

    @Test
    void anEventCommittedDuringTheStepsComesOnceAfterThem() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late");
        pgmb.publishNumbered("early", 25);
        pgmb.tick();
        late.commit();
        pgmb.publish("next");
        // Until there is no more.
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).hasSize(27).endsWith("late", "next");
        assertThat(pgmb.receivedIds(GROUP)).doesNotHaveDuplicates();
    }

    @Test
    void positionsGoOnFromStepToStep() throws SQLException {
        pgmb.publishNumbered("a", 25);
        pgmb.dispatch();
        assertThat(pgmb.deliveries(GROUP))
                .extracting(Pgmb.Delivery::lastPosition)
                .containsExactly(10L, 20L, 25L);
    }

    @Test
    void aRepeatableReadTransactionMayDoSeveralSteps() throws SQLException {
        pgmb.publishNumbered("a", 25);
        Pgmb ticker = sessions.open();
        ticker.begin(Session.REPEATABLE_READ);
        ticker.dispatch();
        ticker.commit();
        pgmb.dispatch();
        assertThat(pgmb.head(GROUP)).isEqualTo(25);
        assertThat(pgmb.receivedIds(GROUP)).hasSize(25).doesNotHaveDuplicates();
    }

    /** What is there is searched up to a guessed number first, which nothing but the time may depend on. */
    @Test
    void oldTransactionsAndGapsAreFoundWhereverTheyAre() throws SQLException {
        Pgmb old = sessions.open();
        Pgmb older = sessions.open();
        List<String> published = new ArrayList<>();
        older.begin();
        published.add(older.publish("older"));
        old.begin();
        for (int i = 0; i < 30; i++) {
            published.add(old.publish("old"));
        }
        pgmb.publishNumbered("dispatched", 5);
        pgmb.dispatch();
        skipNumbers(1_000);
        published.add(older.publish("older"));
        for (int i = 0; i < 25; i++) {
            published.add(pgmb.publish("new"));
            skipNumbers(i);
        }
        older.commit();
        old.commit();
        dispatchInSteps();
        assertThat(pgmb.receivedIds(GROUP)).hasSize(62).endsWith(published.toArray(String[]::new));
    }

    /** It has the lowest number of a transaction, and the highest of an event. */
    @Test
    void theFirstTransactionMayPublishLast() throws SQLException {
        Pgmb first = sessions.open();
        first.begin();
        first.run("select pg_current_xact_id()");
        List<String> published = interleave(sessions.open(), sessions.open(), 35);
        published.add(first.publish("first"));
        first.commit();
        dispatchInSteps();
        assertThat(pgmb.receivedIds(GROUP)).isEqualTo(published);
    }

    @Test
    void aStepLooksAtLittleMoreThanItTakes() throws SQLException {
        pgmb.configure("poll_chunk_size", "100");
        pgmb.publishNumbered("a", 5_000);
        assertThat(eventsLookedAt()).isLessThan(1_000);
        pgmb.dispatch();
        skipNumbers(100_000);
        Pgmb big = sessions.open();
        big.begin();
        big.publishNumbered("in progress", 5_000);
        pgmb.publish("b");
        pgmb.dispatch();
        big.commit();
        assertThat(eventsLookedAt()).isLessThan(1_000);
    }

    /** In a session of its own, whose statistics are those of this tick alone. */
    private long eventsLookedAt() throws SQLException {
        Pgmb ticking = sessions.open();
        ticking.begin();
        assertThat(ticking.tick().matches()).isEqualTo(100);
        long events =
                ticking.number("select sum(idx_tup_fetch) from pg_stat_xact_user_tables where relname like 'events_%'");
        ticking.commit();
        return events;
    }

    private void dispatchInSteps() throws SQLException {
        Pgmb.Tick tick;
        do {
            tick = pgmb.tick();
            assertThat(tick.matches()).isLessThanOrEqualTo(10);
        } while (tick.more());
    }

    private void skipNumbers(int count) throws SQLException {
        pgmb.rows("select nextval('pgmb.event_seq') from generate_series(1, ?)", count);
    }

    private static List<String> interleave(Pgmb one, Pgmb two, int each) throws SQLException {
        List<String> ids = new ArrayList<>();
        one.begin();
        two.begin();
        for (int i = 0; i < each; i++) {
            ids.add(one.publish("one"));
            ids.add(two.publish("two"));
        }
        two.commit();
        one.commit();
        return ids;
    }
}
