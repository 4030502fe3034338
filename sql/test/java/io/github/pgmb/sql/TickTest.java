package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which events a tick dispatches: everything committed since the last one, exactly once. */
class TickTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static int groups;

    private final String group = "group-" + ++groups;
    private Pgmb pgmb;

    @BeforeEach
    void subscribeToEverything() throws SQLException {
        pgmb = sessions.open();
        pgmb.dispatch();
        pgmb.subscribe(group, Pgmb.ALL);
    }

    @Test
    void dispatchesACommittedEventOnce() throws SQLException {
        pgmb.publish("a");
        assertThat(pgmb.tick().matches()).isGreaterThanOrEqualTo(1);
        assertThat(pgmb.tick().matches()).isZero();
        assertThat(pgmb.received(group)).containsExactly("a");
    }

    @Test
    void neverDispatchesWhatWasRolledBack() throws SQLException {
        Pgmb writer = sessions.open();
        writer.begin();
        writer.publish("rolled back");
        pgmb.tick();
        writer.rollback();
        pgmb.tick();
        assertThat(pgmb.received(group)).isEmpty();
    }

    @Test
    void dispatchesALateCommitWithoutDelayingOthers() throws SQLException {
        Pgmb slow = sessions.open();
        slow.begin();
        slow.publish("slow");
        sessions.open().publish("quick");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("quick");
        slow.commit();
        pgmb.tick();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("quick", "slow");
    }

    @Test
    void findsALateCommitSeveralTicksLater() throws SQLException {
        Pgmb slow = sessions.open();
        slow.begin();
        slow.publish("slow 1");
        for (String topic : new String[] {"1", "2", "3"}) {
            pgmb.publish(topic);
            pgmb.tick();
        }
        slow.publish("slow 2");
        slow.commit();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("1", "2", "3", "slow 1", "slow 2");
    }

    @Test
    void dispatchesATransactionThatGotItsNumberBetweenTwoTicks() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        late.run("select 1");
        pgmb.publish("1");
        pgmb.tick();
        late.publish("late");
        pgmb.publish("2");
        pgmb.tick();
        late.commit();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("1", "2", "late");
    }

    @Test
    void leavesTheEventsOfItsOwnTransactionToTheNextTick() throws SQLException {
        Pgmb careless = sessions.open();
        careless.begin();
        careless.publish("own");
        pgmb.publish("other");
        careless.tick();
        careless.publish("own, later");
        careless.commit();
        assertThat(pgmb.received(group)).containsExactly("other");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("other", "own", "own, later");
    }

    @Test
    void aTickThatIsRolledBackDispatchesNothing() throws SQLException {
        pgmb.publish("a");
        pgmb.begin();
        pgmb.tick();
        pgmb.rollback();
        assertThat(pgmb.received(group)).isEmpty();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("a");
    }

    @Test
    void keepsSavepointsThatWereReleasedOnly() throws SQLException {
        Pgmb writer = sessions.open();
        writer.begin();
        writer.run("savepoint s");
        writer.publish("released");
        writer.run("release s; savepoint s");
        writer.publish("rolled back");
        writer.run("rollback to s");
        pgmb.publish("meanwhile");
        pgmb.tick();
        writer.publish("after");
        writer.commit();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("meanwhile", "released", "after");
    }

    @Test
    void dispatchesAPreparedTransactionWhenItIsCommitted() throws SQLException {
        Pgmb writer = sessions.open();
        writer.begin();
        writer.publish("prepared");
        writer.run("prepare transaction '" + group + "'");
        pgmb.publish("meanwhile");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("meanwhile");
        writer.run("commit prepared '" + group + "'");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("meanwhile", "prepared");
    }

    @Test
    void ordersByInsertionAcrossConnections() throws SQLException {
        Pgmb first = sessions.open();
        Pgmb second = sessions.open();
        first.begin();
        second.begin();
        first.publish("1");
        second.publish("2");
        first.publish("3");
        second.commit();
        first.commit();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("1", "2", "3");
    }

    @Test
    void orderDependsNeitherOnTheIdNorOnTheClock() throws SQLException {
        pgmb.begin();
        pgmb.publishAt("2020-01-01", "from the past");
        pgmb.publishAt("2010-01-01", "from longer ago");
        pgmb.publish("now");
        pgmb.commit();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("from the past", "from longer ago", "now");
    }

    @Test
    void aClockThatStepsBackLosesNothing() throws SQLException {
        pgmb.publish("before");
        pgmb.tick();
        pgmb.run("update pgmb.ticks set ticked_at = ticked_at + interval '1 hour'");
        pgmb.publish("after");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("before", "after");
    }
}
