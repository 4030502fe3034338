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
        Pgmb.Tick tick;
        do {
            tick = pgmb.tick();
            assertThat(tick.matches()).isLessThanOrEqualTo(10);
        } while (tick.more());
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
