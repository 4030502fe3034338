package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.sql.Pgmb.Event;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An explicit cap drops what a group has not read, counts it, and the group hears of it. Days as in RetentionTest. */
class RetentionCapTest {
    private static final String AWAY = "away";
    private static final int CAP_DAYS = 10;
    /** Deliveries are closed after a day, and count from then on. */
    private static final int DROPPED = CAP_DAYS + 2;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void reinstallWithACap() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.configure("partition_retention_cap", CAP_DAYS + " days");
    }

    @Test
    void whatIsOlderIsDroppedAndCounted() throws SQLException {
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publishNumbered("lost", 100);
        pgmb.tick();
        maintainUntil(CAP_DAYS);
        assertThat(pgmb.received(AWAY)).hasSize(100).doesNotContainNull();
        assertThat(losses()).isEmpty();
        maintainFromTo(CAP_DAYS + 1, DROPPED);
        assertThat(pgmb.number("select count(*) from pgmb.events")).isZero();
        assertThat(losses()).containsExactly(List.of(AWAY, "0", "100"));
        assertThat(pgmb.rows("select position, head, lag, dropped, waiting_since from pgmb.group_status"))
                .containsExactly(java.util.Arrays.asList("100", "100", "0", "100", null));
    }

    @Test
    void theServerLogSaysSo() throws SQLException {
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publishNumbered("lost", 3);
        pgmb.tick();
        maintainUntil(CAP_DAYS);
        assertThat(pgmb.warnings("call pgmb.maintain_events_table(?::timestamptz)", day(DROPPED)))
                .singleElement()
                .asString()
                .contains("3 events of group " + AWAY + " are dropped before it has read them");
    }

    @Test
    void whoHasReadLosesNothing() throws SQLException {
        Ownership quick = pgmb.own("a", "quick");
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publishNumbered("lost", 10);
        pgmb.tick();
        pgmb.advance("a", quick, 0, 10);
        maintainUntil(DROPPED);
        assertThat(losses()).extracting(loss -> loss.get(0)).containsExactly(AWAY);
    }

    @Test
    void onlyWhatWasNotReadCounts() throws SQLException {
        Ownership owned = pgmb.own("a", AWAY);
        pgmb.publishNumbered("lost", 10);
        pgmb.tick();
        pgmb.advance("a", owned, 0, 4);
        maintainUntil(DROPPED);
        assertThat(losses()).containsExactly(List.of(AWAY, "4", "10"));
    }

    @Test
    void withoutACapNothingIsDroppedForAGroupThatNeverReads() throws SQLException {
        pgmb.configure("partition_retention_cap", null);
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publishNumbered("kept", 10);
        pgmb.tick();
        maintainUntil(5 * DROPPED);
        assertThat(pgmb.received(AWAY)).hasSize(10).containsOnly("kept");
        assertThat(losses()).isEmpty();
    }

    @Test
    void aCapBelowTheRetentionPeriodIsThatPeriod() throws SQLException {
        pgmb.configure("partition_retention_cap", "1 hour");
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publishNumbered("a", 10);
        pgmb.tick();
        maintainUntil(7);
        assertThat(pgmb.received(AWAY)).hasSize(10).doesNotContainNull();
        maintainFromTo(8, 9);
        assertThat(losses()).hasSize(1);
    }

    @Test
    void whatIsNotDispatchedIsKept() throws SQLException {
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publish("kept");
        maintainUntil(2 * DROPPED);
        pgmb.tick();
        assertThat(pgmb.received(AWAY)).containsExactly("kept");
    }

    @Test
    void aNodeIsFencedAndGoesOnAfterTheLoss() throws SQLException {
        Ownership owned = loseTen();
        pgmb.publish("next");
        pgmb.tick();
        assertThatThrownBy(() -> pgmb.read("a", owned, 0, 100)).hasMessageContaining("not owned by node a");
        assertThat(pgmb.advance("a", owned, 0, 5)).isFalse();
        Ownership again = pgmb.takeOver("a").get(0);
        assertThat(again.position()).isEqualTo(10);
        assertThat(pgmb.read("a", again, 10, 100)).extracting(Event::topic).containsExactly("next");
        assertThat(pgmb.advance("a", again, 10, 11)).isTrue();
    }

    @Test
    void aReaderIsToldOnceAndGoesOnAfterTheLoss() throws SQLException {
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publishNumbered("lost", 10);
        pgmb.tick();
        pgmb.run("set pgmb.reader_lease = '1 year'");
        String cursor = pgmb.text("select max(next_cursor) from pgmb.read_next_events(?, null, 3)", AWAY);
        maintainUntil(DROPPED);
        pgmb.publish("next");
        pgmb.tick();
        for (String call : List.of("read_next_events(?, ?)", "set_group_cursor(?, ?, false)")) {
            assertThatThrownBy(() -> pgmb.run("select from pgmb." + call, AWAY, cursor))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM017"))
                    .hasMessageContaining("10 events were dropped before this group had read them");
        }
        String read = "select topic from pgmb.read_next_events(?)";
        assertThat(pgmb.warnings(read, AWAY))
                .containsExactly("PM017 10 events were dropped before this group had read them");
        assertThat(pgmb.warnings(read, AWAY)).isEmpty();
        assertThat(pgmb.column(read, AWAY)).containsExactly("next");
        assertThatThrownBy(() -> pgmb.run("select from pgmb.read_next_events(?, ?)", AWAY, cursor))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM010"));
    }

    @Test
    void anAcknowledgementThatIsBeingCommittedIsWaitedFor() throws SQLException {
        Ownership owned = pgmb.own("a", AWAY);
        pgmb.neverForget("a");
        pgmb.publishNumbered("read", 10);
        pgmb.tick();
        maintainUntil(CAP_DAYS);
        Pgmb handler = sessions.open();
        handler.begin();
        assertThat(handler.advance("a", owned, 0, 10)).isTrue();
        pgmb.maintainInSteps(day(DROPPED));
        assertThat(pgmb.partitions("pgmb.subscription_events")).hasSize(2);
        handler.commit();
        pgmb.maintainInSteps(day(DROPPED));
        assertThat(pgmb.number("select count(*) from pgmb.subscription_events")).isZero();
        assertThat(losses()).isEmpty();
    }

    @Test
    void theRecordOutlivesTheGroup() throws SQLException {
        loseTen();
        pgmb.run("delete from pgmb.subscription_groups");
        assertThat(losses()).hasSize(1);
    }

    /** As after an administrator has deleted it. */
    @Test
    void whatIsGoneFromTheLogIsSkipped() throws SQLException {
        pgmb.subscribe(AWAY, Pgmb.ALL);
        pgmb.publishNumbered("gone", 10);
        pgmb.publish("there");
        pgmb.publish("gone");
        pgmb.tick();
        pgmb.run("delete from pgmb.events where topic = 'gone'");
        List<List<String>> read =
                pgmb.rows("select topic, right(next_cursor, 2) from pgmb.read_next_events(?, null, 3)", AWAY);
        assertThat(read).containsExactly(List.of("there", "0c"));
    }

    @Test
    void readingGoesOnWhereDeliveriesAreGone() throws SQLException {
        Ownership owned = pgmb.own("a", AWAY);
        for (int tick = 0; tick < 3; tick++) {
            pgmb.publishNumbered("event", 200);
            pgmb.tick();
        }
        pgmb.run("delete from pgmb.subscription_events where last_position between 65 and 400");
        assertThat(pgmb.read("a", owned, 0, 64)).hasSize(64);
        assertThat(pgmb.read("a", owned, 64, 10))
                .extracting(Event::position)
                .startsWith(401L)
                .hasSize(10);
        assertThat(pgmb.read("a", owned, 590, 100))
                .extracting(Event::position)
                .startsWith(591L)
                .hasSize(10);
        assertThat(pgmb.advance("a", owned, 0, 410)).isTrue();
    }

    private Ownership loseTen() throws SQLException {
        Ownership owned = pgmb.own("a", AWAY);
        pgmb.neverForget("a");
        pgmb.publishNumbered("lost", 10);
        pgmb.tick();
        maintainUntil(DROPPED);
        return owned;
    }

    private List<List<String>> losses() throws SQLException {
        return pgmb.rows("select group_id, after_position, to_position from pgmb.dropped_deliveries order by 1, 2");
    }

    private void maintainUntil(int lastDay) throws SQLException {
        maintainFromTo(1, lastDay);
    }

    private void maintainFromTo(int first, int last) throws SQLException {
        for (int day = first; day <= last; day++) {
            pgmb.maintainInSteps(day(day));
        }
    }

    private String day(int number) throws SQLException {
        return pgmb.text("select now() + ? * interval '1 day'", number);
    }
}
