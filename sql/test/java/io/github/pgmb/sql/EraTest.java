package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dump restored into a cluster whose transactions have lower numbers: nothing is lost, nothing comes twice. */
class EraTest {
    private static final String GROUP = "all";
    private static final long FAR = 1_000_000;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.subscribe(GROUP, Pgmb.ALL);
    }

    @Test
    void whatHadNotBeenDispatchedIsDispatched() throws SQLException {
        pgmb.publish("dispatched");
        pgmb.dispatch();
        pgmb.publish("not dispatched");
        OtherCluster.restore(pgmb, FAR);
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("dispatched", "not dispatched");
        assertThat(era()).isEqualTo(2);
    }

    @Test
    void ticksGoOn() throws SQLException {
        pgmb.publish("before");
        pgmb.dispatch();
        OtherCluster.restore(pgmb, FAR);
        pgmb.dispatch();
        for (String topic : List.of("1", "2", "3")) {
            pgmb.publish(topic);
            pgmb.dispatch();
        }
        assertThat(pgmb.received(GROUP)).containsExactly("before", "1", "2", "3");
        assertThat(era()).isEqualTo(2);
    }

    @Test
    void whatIsPublishedBeforeTheFirstTickComesAfterWhatWasRestored() throws SQLException {
        pgmb.publish("dispatched");
        pgmb.dispatch();
        pgmb.publish("restored");
        OtherCluster.restore(pgmb, FAR);
        pgmb.publish("new");
        Pgmb open = sessions.open();
        open.begin();
        open.publish("open");
        pgmb.publish("newer");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("dispatched", "restored", "new", "newer");
        open.commit();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("dispatched", "restored", "new", "newer", "open");
    }

    @Test
    void aLateCommitOfTheOtherClusterIsDispatched() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late");
        pgmb.publish("early");
        pgmb.dispatch();
        late.commit();
        OtherCluster.restore(pgmb, FAR);
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("early", "late");
    }

    @Test
    void aRestoreIsNoticedThoughAnOldTransactionWasOpenInTheOtherCluster() throws SQLException {
        Pgmb old = sessions.open();
        old.begin();
        old.publish("rolled back");
        OtherCluster.useUpTransactions(pgmb, 100);
        pgmb.publish("before");
        pgmb.dispatch();
        old.rollback();
        OtherCluster.restore(pgmb, 60);
        pgmb.publish("after");
        // The first tick comes when this cluster is ahead of what the other one had last seen, but not of all that it
        // had open.
        OtherCluster.useUpTransactions(pgmb, 80);
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("before", "after");
    }

    @Test
    void aWindowThatTheOtherClusterHadBegunIsFinished() throws SQLException {
        pgmb.configure("poll_chunk_size", "10");
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late");
        pgmb.publishNumbered("a", 25);
        pgmb.tick();
        late.commit();
        pgmb.publish("b");
        OtherCluster.restore(pgmb, FAR);
        pgmb.publish("c");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).hasSize(28).endsWith("a", "late", "b", "c");
        assertThat(pgmb.receivedIds(GROUP)).doesNotHaveDuplicates();
    }

    @Test
    void aBigBacklogIsCutIntoSteps() throws SQLException {
        pgmb.configure("poll_chunk_size", "10");
        pgmb.publish("a");
        pgmb.dispatch();
        pgmb.publishNumbered("b", 35);
        OtherCluster.restore(pgmb, FAR);
        pgmb.publishNumbered("c", 15);
        pgmb.dispatch();
        assertThat(pgmb.receivedIds(GROUP)).hasSize(51).isSorted();
        assertThat(pgmb.number("select max(events) from pgmb.ticks")).isEqualTo(10);
    }

    @Test
    void whenTheNumbersOvertakeNothingComesAgain() throws SQLException {
        List<String> topics = new ArrayList<>();
        for (int n = 0; n < 50; n++) {
            topics.add("old-" + n);
            pgmb.publish("old-" + n);
            pgmb.dispatch();
        }
        OtherCluster.restore(pgmb, 200);
        for (int n = 0; n < 60; n++) {
            OtherCluster.useUpTransactions(pgmb, 10);
            topics.add("new-" + n);
            pgmb.publish("new-" + n);
            pgmb.dispatch();
        }
        assertThat(pgmb.received(GROUP)).isEqualTo(topics);
        assertThat(windows()).isEqualTo(pgmb.receivedIds(GROUP));
    }

    /** Its snapshot would count as dispatched what has been published since. */
    @Test
    void aClusterThatHasOvertakenBeforeTheFirstTickLosesNothing() throws SQLException {
        pgmb.publish("dispatched");
        pgmb.dispatch();
        pgmb.publish("restored");
        OtherCluster.restore(pgmb, 100);
        pgmb.publish("new");
        OtherCluster.useUpTransactions(pgmb, 300);
        pgmb.publish("newer");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("dispatched", "restored", "new", "newer");
    }

    @Test
    void numbersThatWereInProgressInTheOtherClusterMeanNothingHere() throws SQLException {
        pgmb.publish("dispatched");
        pgmb.dispatch();
        OtherCluster.restore(pgmb, FAR);
        String own = pgmb.text("select pg_current_xact_id()");
        pgmb.run(
                "update pgmb.ticks set snapshot = format('%s:%s:%s', ?, pg_snapshot_xmax(snapshot), (select string_agg(x::text, ',')"
                        + " from generate_series(?::bigint, ?::bigint + 20) x))::pg_snapshot where id > 0",
                own, own, own);
        for (int n = 0; n < 5; n++) {
            pgmb.publish("new-" + n);
        }
        pgmb.dispatch();
        pgmb.publish("newer");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP))
                .containsExactly("dispatched", "new-0", "new-1", "new-2", "new-3", "new-4", "newer");
    }

    @Test
    void aSecondRestoreBeginsAThirdEra() throws SQLException {
        pgmb.publish("1");
        pgmb.dispatch();
        OtherCluster.restore(pgmb, FAR);
        pgmb.publish("2");
        pgmb.dispatch();
        pgmb.publish("3");
        OtherCluster.restore(pgmb, FAR);
        pgmb.publish("4");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("1", "2", "3", "4");
        assertThat(era()).isEqualTo(3);
    }

    /** As after pg_upgrade, a promotion, or a restore of files. */
    @Test
    void nothingChangesWhereNumbersGoOn() throws SQLException {
        pgmb.publish("1");
        pgmb.dispatch();
        OtherCluster.useUpTransactions(pgmb, 100);
        pgmb.run("update pgmb.ticks set ticked_at = now()");
        pgmb.publish("2");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("1", "2");
        assertThat(era()).isEqualTo(1);
    }

    /** As in a cluster whose numbers are between those of the last tick and those of the dump. */
    @Test
    void aBacklogThatLiesAheadIsDispatchedAfterMaintenance() throws SQLException {
        pgmb.publish("dispatched");
        pgmb.dispatch();
        OtherCluster.useUpTransactions(pgmb, 100);
        pgmb.publish("restored");
        OtherCluster.restore(pgmb, 50);
        pgmb.publish("new");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("dispatched", "new");
        pgmb.run("select pgmb.clean_up(now())");
        pgmb.run("select pgmb.clean_up(now())");
        pgmb.dispatch();
        OtherCluster.useUpTransactions(pgmb, 100);
        pgmb.publish("newer");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("dispatched", "new", "restored", "newer");
        assertThat(era()).isEqualTo(1);
    }

    @Test
    void maintenanceLeavesWhatTicksBringIntoTheNewEra() throws SQLException {
        pgmb.publish("dispatched");
        pgmb.dispatch();
        pgmb.publish("restored");
        OtherCluster.restore(pgmb, FAR);
        pgmb.run("select pgmb.clean_up(now())");
        pgmb.dispatch();
        pgmb.run("select pgmb.clean_up(now())");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("dispatched", "restored");
    }

    @Test
    void aTickInsideOfASavepointIsNotTakenForARestoredOne() throws SQLException {
        Pgmb writer = sessions.open();
        writer.begin();
        writer.run("savepoint s");
        writer.publish("own");
        writer.run("savepoint t");
        OtherCluster.useUpTransactions(pgmb, 10);
        pgmb.publish("1");
        writer.tick();
        writer.publish("later");
        writer.commit();
        assertThat(pgmb.isTrue("select pgmb.is_restored(max(id)) from pgmb.ticks"))
                .isFalse();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("1", "own", "later");
        assertThat(era()).isEqualTo(1);
    }

    @Test
    void theNewEraCanBeSeen() throws SQLException {
        pgmb.publish("1");
        pgmb.dispatch();
        OtherCluster.restore(pgmb, FAR);
        pgmb.dispatch();
        assertThat(pgmb.column("select era || ' after ' || after_seq from pgmb.eras order by era"))
                .containsExactly("1 after 0", "2 after " + pgmb.text("select max(seq) from pgmb.events"));
    }

    @Test
    void anIdleTickWritesNothingAfterTheFirstOnes() throws SQLException {
        pgmb.publish("1");
        pgmb.dispatch();
        OtherCluster.restore(pgmb, 200);
        pgmb.dispatch();
        String before = pgmb.text("select max(id) from pgmb.ticks");
        OtherCluster.useUpTransactions(pgmb, 500);
        pgmb.run("begin read only");
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
        pgmb.commit();
        assertThat(pgmb.text("select max(id) from pgmb.ticks")).isEqualTo(before);
    }

    /** Else each idle tick would step over all restored events since the last one. */
    @Test
    void ticksAreNotFarApartInALaterEra() throws SQLException {
        pgmb.publish("1");
        pgmb.dispatch();
        OtherCluster.useUpTransactions(pgmb, 11_000);
        assertThat(idleTickWrites()).isFalse();
        OtherCluster.restore(pgmb, FAR);
        pgmb.dispatch();
        OtherCluster.useUpTransactions(pgmb, 11_000);
        assertThat(idleTickWrites()).isTrue();
        assertThat(idleTickWrites()).isFalse();
        pgmb.publish("2");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("1", "2");
    }

    private boolean idleTickWrites() throws SQLException {
        long before = pgmb.number("select max(id) from pgmb.ticks");
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
        return pgmb.number("select max(id) from pgmb.ticks") > before;
    }

    @Test
    void restoredEventsGoAfterTheRetentionPeriodHoweverHighTheirNumbers() throws SQLException {
        pgmb.run("delete from pgmb.subscription_groups");
        pgmb.publish("1");
        pgmb.dispatch();
        OtherCluster.restore(pgmb, FAR);
        pgmb.dispatch();
        maintainForWeeks();
        assertThat(pgmb.number("select count(*) from pgmb.events")).isZero();
    }

    @Test
    void restoredEventsThatAreNotDispatchedAreKept() throws SQLException {
        pgmb.publish("1");
        pgmb.dispatch();
        pgmb.run("delete from pgmb.subscription_events");
        pgmb.publish("2");
        OtherCluster.restore(pgmb, FAR);
        pgmb.publish("3");
        maintainForWeeks();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("2", "3");
    }

    private void maintainForWeeks() throws SQLException {
        for (int day = 1; day < 20; day++) {
            pgmb.maintainInSteps(pgmb.text("select now() + ? * interval '1 day'", day));
        }
    }

    /** What the ticks say today that they dispatched. */
    private List<String> windows() throws SQLException {
        return pgmb.column(
                "select w.id from pgmb.ticks t"
                        + " cross join lateral pgmb.window_events(t.previous, t.snapshot, t.after_seq, t.to_seq) w order by t.id, w.seq");
    }

    private long era() throws SQLException {
        return pgmb.number("select era from pgmb.ticks order by id desc limit 1");
    }
}
