package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Event;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is dropped, and what must not be. Days are counted from the installation. */
class RetentionTest {
    private static final String GROUP = "group";
    private static final int RETENTION_DAYS = 7;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
    }

    @Test
    void dispatchedEventsThatNobodyNeedsGoAfterTheRetentionPeriod() throws SQLException {
        pgmb.publish("a");
        pgmb.tick();
        maintainUntil(RETENTION_DAYS - 1);
        assertThat(events()).isEqualTo(1);
        maintainFromTo(RETENTION_DAYS, RETENTION_DAYS + 2);
        assertThat(events()).isZero();
    }

    @Test
    void theNumberOfPartitionsStaysBounded() throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.neverForget("a");
        for (int day = 0; day < 40; day++) {
            String now = day(day);
            pgmb.stopClockAt(now);
            pgmb.publishAt(now, "day-" + day);
            pgmb.tick();
            assertThat(pgmb.advance("a", owned, day, day + 1)).isTrue();
            pgmb.maintainInSteps(now);
        }
        assertThat(pgmb.partitions("pgmb.events")).hasSizeLessThanOrEqualTo(RETENTION_DAYS + 15);
        assertThat(pgmb.partitions("pgmb.subscription_events")).hasSizeLessThanOrEqualTo(RETENTION_DAYS + 4);
        assertThat(pgmb.number("select count(*) from pgmb.closed_deliveries"))
                .isEqualTo(pgmb.partitions("pgmb.subscription_events").size() - 1);
        assertThat(pgmb.number("select count(*) from pgmb.ticks")).isLessThanOrEqualTo(RETENTION_DAYS + 4);
    }

    @Test
    void undispatchedEventsAreKept() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("a");
        maintainUntil(3 * RETENTION_DAYS);
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("a");
    }

    @Test
    void eventsOfAnUnfinishedWindowAreKept() throws SQLException {
        pgmb.configure("poll_chunk_size", "10");
        pgmb.subscribe(GROUP, "e.topic = 'a'");
        pgmb.publishNumbered("nobody listens", 10);
        pgmb.publishNumbered("a", 25);
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, true));
        maintainUntil(3 * RETENTION_DAYS);
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).hasSize(25).containsOnly("a");
    }

    @Test
    void whatAConsumerHasNotReadIsKeptHoweverLongItIsAway() throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.publishNumbered("a", 100);
        pgmb.tick();
        pgmb.advance("a", owned, 0, 10);
        maintainUntil(3 * RETENTION_DAYS);
        assertThat(pgmb.isTrue(
                        "select waiting_since between now() - interval '5 minutes' and now() from pgmb.group_status"))
                .as("its age can be watched")
                .isTrue();
        pgmb.register("b");
        pgmb.declare("b", GROUP);
        Ownership back = pgmb.takeOver("b").get(0);
        assertThat(back.position()).isEqualTo(10);
        assertThat(pgmb.read("b", back, 10, 1000))
                .hasSize(90)
                .extracting(Event::topic)
                .containsOnly("a");
        pgmb.advance("b", back, 10, 100);
        maintainFromTo(3 * RETENTION_DAYS, 4 * RETENTION_DAYS);
        assertThat(events()).isZero();
    }

    @Test
    void anOldEventThatWasDispatchedJustNowIsKept() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        maintainUntil(2 * RETENTION_DAYS);
        pgmb.stopClockAt(day(2 * RETENTION_DAYS));
        pgmb.publishAt(day(1), "old");
        pgmb.tick();
        maintainFromTo(2 * RETENTION_DAYS, 2 * RETENTION_DAYS);
        assertThat(pgmb.received(GROUP)).containsExactly("old");
    }

    @Test
    void oneSlowConsumerKeepsWhatAllOthersHaveRead() throws SQLException {
        Ownership quick = pgmb.own("a", "quick");
        pgmb.own("a", "slow");
        pgmb.publishNumbered("a", 3);
        pgmb.tick();
        pgmb.advance("a", quick, 0, 3);
        maintainUntil(3 * RETENTION_DAYS);
        assertThat(pgmb.received("slow")).containsExactly("a", "a", "a");
        pgmb.run("delete from pgmb.subscription_groups where id = 'slow'");
        maintainFromTo(3 * RETENTION_DAYS, 3 * RETENTION_DAYS + 2);
        assertThat(events()).isZero();
    }

    @Test
    void positionsGoOnAfterAllDeliveriesWereDropped() throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.publishNumbered("a", 100);
        pgmb.tick();
        pgmb.advance("a", owned, 0, 100);
        maintainUntil(3 * RETENTION_DAYS);
        assertThat(pgmb.number("select count(*) from pgmb.subscription_events")).isZero();
        assertThat(pgmb.head(GROUP)).isEqualTo(100);
        assertThat(pgmb.position(GROUP)).isEqualTo(100);

        pgmb.register("b");
        pgmb.declare("b", GROUP);
        Ownership back = pgmb.takeOver("b").get(0);
        pgmb.publish("next");
        pgmb.tick();
        assertThat(pgmb.read("b", back, 100, 10)).extracting(Event::position).containsExactly(101L);
        assertThat(pgmb.advance("b", back, 100, 101)).isTrue();
    }

    @Test
    void anEventThatCommitsLateIntoAnOldPartitionIsKept() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("a");
        pgmb.tick();
        pgmb.run("delete from pgmb.subscription_events");
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late");
        maintainUntil(2 * RETENTION_DAYS);
        late.commit();
        maintainFromTo(2 * RETENTION_DAYS, 2 * RETENTION_DAYS + 1);
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("late");
    }

    @Test
    void aPreparedTransactionKeepsItsEvents() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        Pgmb writer = sessions.open();
        writer.begin();
        writer.publish("prepared");
        writer.run("prepare transaction 'retention'");
        try {
            maintainUntil(RETENTION_DAYS + 2);
        } finally {
            writer.run("commit prepared 'retention'");
        }
        maintainFromTo(RETENTION_DAYS + 2, RETENTION_DAYS + 3);
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("prepared");
    }

    /** It would empty a partition without seeing what is new in it. */
    @Test
    void maintenanceWithAnOldSnapshotLosesNothing() throws SQLException {
        pgmb.publish("a");
        pgmb.tick();
        pgmb.subscribe(GROUP, Pgmb.ALL);
        Pgmb maintainer = sessions.open();
        maintainer.begin(Session.REPEATABLE_READ);
        maintainer.run("select 1");
        pgmb.publish("b");
        maintainer.maintain(day(2 * RETENTION_DAYS));
        maintainer.commit();
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("b");
    }

    /** It cannot end a partition before what it does not see. */
    @Test
    void maintenanceWithAnOldSnapshotLeavesTheRestToTheNextOne() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("a");
        pgmb.tick();
        Pgmb maintainer = sessions.open();
        maintainer.begin(Session.REPEATABLE_READ);
        maintainer.run("select 1");
        pgmb.publish("b");
        pgmb.run("insert into pgmb.events (id, topic, payload) values ('user 1', 'c', '{}')");
        pgmb.tick();
        maintainer.maintain(day(300));
        maintainer.commit();
        maintainFromTo(300, 301);
        assertThat(pgmb.received(GROUP)).containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 365})
    void whatIsDueLaterIsKept(int horizon) throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publishAt(day(horizon), "later");
        pgmb.tick();
        maintainNowAndThenUntil(horizon);
        assertThat(pgmb.scheduledIds()).hasSize(1);
        pgmb.stopClockAt(day(horizon + 1));
        assertThat(pgmb.tick().more()).isTrue();
        maintainFromTo(horizon + 1, horizon + 2);
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("later");
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 365})
    void whatIsDueLaterIsKeptInTheLogUntilATickSeesIt(int horizon) throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publishAt(day(horizon), "later");
        maintainNowAndThenUntil(horizon + 3 * RETENTION_DAYS);
        pgmb.tick();
        assertThat(pgmb.scheduledIds()).hasSize(1);
        pgmb.stopClockAt(day(horizon + 1));
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("later");
    }

    /** It enters a partition that is older than the retention period. */
    @Test
    void whatWasDueWhileNobodyTickedIsKept() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publishAt(day(1), "later");
        pgmb.tick();
        maintainUntil(3 * RETENTION_DAYS);
        pgmb.stopClockAt(day(3 * RETENTION_DAYS));
        assertThat(pgmb.tick().more()).isTrue();
        maintainFromTo(3 * RETENTION_DAYS, 3 * RETENTION_DAYS + 1);
        pgmb.tick();
        maintainFromTo(3 * RETENTION_DAYS + 1, 3 * RETENTION_DAYS + 3);
        assertThat(pgmb.received(GROUP)).containsExactly("later");
    }

    @Test
    void whatARetryNamesIsKeptUntilItIsDue() throws SQLException {
        String subscription = pgmb.subscribe(GROUP, "e.topic = 'never'");
        String needed = pgmb.publish("needed");
        pgmb.publish("not needed");
        pgmb.publishAt(day(30), "pgmb-retry", retryOf(needed), subscription);
        pgmb.publishAt(day(30), "pgmb-retry", "{}", subscription);
        pgmb.dispatch();
        maintainNowAndThenUntil(30);
        assertThat(topicOf(needed)).containsExactly("needed");
    }

    @Test
    void whatARetryNamesIsKeptBeforeAnyTickSeesIt() throws SQLException {
        String subscription = pgmb.subscribe(GROUP, "e.topic = 'never'");
        String needed = pgmb.publish("needed");
        String forNobody = pgmb.publish("named by a retry for nobody");
        pgmb.dispatch();
        pgmb.publishAt(day(30), "pgmb-retry", retryOf(needed), subscription);
        maintainNowAndThenUntil(30);
        assertThat(topicOf(needed)).containsExactly("needed");
        pgmb.run("delete from pgmb.events where topic = 'pgmb-retry'");
        pgmb.publishAt(day(30), "pgmb-retry", retryOf(forNobody), "nobody");
        maintainFromTo(30, 32);
        assertThat(topicOf(needed)).isEmpty();
    }

    /** It may lie there for long before its group reads it, and then asks for them. */
    @Test
    void whatARetryNamesIsKeptForAsLongAsItsDelivery() throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.neverForget("a");
        String needed = pgmb.publish("needed");
        pgmb.tick();
        assertThat(pgmb.advance("a", owned, 0, 1)).isTrue();
        pgmb.publishAt(day(20), "pgmb-retry", retryOf(needed), pgmb.text("select id from pgmb.subscriptions"));
        pgmb.dispatch();
        maintainUntil(19);
        pgmb.stopClockAt(day(20));
        assertThat(pgmb.tick().more()).as("it is in the log again").isTrue();
        maintainFromTo(20, 20);
        assertThat(topicOf(needed)).containsExactly("needed");
        pgmb.dispatch();
        maintainFromTo(20, 20);
        assertThat(topicOf(needed)).as("dispatched").containsExactly("needed");
        maintainFromTo(21, 40);
        assertThat(topicOf(needed)).as("not acknowledged").containsExactly("needed");
        assertThat(pgmb.read("a", owned, 1, 9)).extracting(Event::topic).containsExactly("pgmb-retry");
        assertThat(pgmb.advance("a", owned, 1, 2)).isTrue();
        maintainFromTo(40, 42);
        assertThat(topicOf(needed)).isEmpty();
        assertThat(events()).isZero();
    }

    /** By then all that delivered it is gone. */
    @Test
    void whatIsToBeHandledAgainIsKeptHoweverOld() throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.neverForget("a");
        String needed = pgmb.publish("needed");
        pgmb.publish("handled");
        pgmb.tick();
        assertThat(pgmb.setAside("a", owned, 0, 2, Pgmb.again(1, 0, needed))).isTrue();
        maintainUntil(3 * RETENTION_DAYS);
        assertThat(pgmb.number("select count(*) from pgmb.subscription_events")).isZero();
        Pgmb.Due due = pgmb.readRetries("a", owned, 9).get(0);
        assertThat(due.topic()).isEqualTo("needed");
        assertThat(pgmb.settle("a", owned, due.retryNo(), Pgmb.again(2, 0, needed)))
                .isTrue();
        maintainFromTo(3 * RETENTION_DAYS, 4 * RETENTION_DAYS);
        due = pgmb.readRetries("a", owned, 9).get(0);
        assertThat(due.topic()).isEqualTo("needed");
        assertThat(pgmb.settle("a", owned, due.retryNo(), Pgmb.dead(3, needed))).isTrue();
        maintainFromTo(4 * RETENTION_DAYS, 4 * RETENTION_DAYS + 2);
        assertThat(events()).isZero();
        assertThat(pgmb.redrive(GROUP)).isEqualTo(1);
        due = pgmb.readRetries("a", owned, 9).get(0);
        assertThat(due.topic()).as("of the copy").isEqualTo("needed");
        pgmb.publish("later");
        pgmb.tick();
        assertThat(pgmb.advance("a", owned, 2, 3)).isTrue();
        maintainFromTo(4 * RETENTION_DAYS + 2, 6 * RETENTION_DAYS);
        assertThat(events()).as("a redrive keeps nothing").isZero();
    }

    /** What was read is not what the cap is for. */
    @Test
    void theCapLeavesRetriesAndWhatTheyNameAlone() throws SQLException {
        pgmb.configure("partition_retention_cap", "8 days");
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.neverForget("a");
        String needed = pgmb.publish("needed");
        pgmb.publish("never read");
        pgmb.tick();
        pgmb.setAside("a", owned, 0, 1, Pgmb.again(1, 0, needed));
        maintainUntil(3 * RETENTION_DAYS);
        assertThat(pgmb.number("select dropped from pgmb.group_status")).isEqualTo(1);
        Ownership again = pgmb.takeOver("a").get(0);
        Pgmb.Due due = pgmb.readRetries("a", again, 9).get(0);
        assertThat(due.topic()).isEqualTo("needed");
        assertThat(pgmb.settle("a", owned, due.retryNo())).as("fenced").isFalse();
        assertThat(pgmb.settle("a", again, due.retryNo())).isTrue();
    }

    private List<String> topicOf(String id) throws SQLException {
        return pgmb.column("select topic from pgmb.read_events(array[?]::pgmb.event_id[])", id);
    }

    private static String retryOf(String id) {
        return "{\"ids\": [\"" + id + "\"]}";
    }

    @Test
    void theLastTickIsKeptForEver() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("a");
        pgmb.tick();
        maintainUntil(10 * RETENTION_DAYS);
        pgmb.publish("b");
        pgmb.tick();
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("a", "b");
    }

    /** In Berlin, seven days are an hour less in that week. */
    @Test
    void aDayHas24HoursWhateverTheTimeZoneOfTheSession() throws SQLException {
        pgmb.configure("partition_interval", "1 hour");
        pgmb.maintain("2090-03-22 10:20+00");
        pgmb.stopClockAt("2090-03-22 10:30+00");
        pgmb.publishAt("2090-03-22 10:30+00", "a");
        pgmb.tick();
        for (String zone : ZONES) {
            pgmb.run("set timezone = '" + zone + "'");
            pgmb.maintainInSteps("2090-03-29 10:00+00");
            assertThat(events()).as(zone).isEqualTo(1);
        }
        pgmb.maintainInSteps("2090-03-29 11:00+00");
        assertThat(events()).isZero();
    }

    private static final String[] ZONES = {"Europe/Berlin", "UTC", "Asia/Kolkata", "Pacific/Kiritimati", "Asia/Tokyo"};

    /** The clock of the database steps by seconds and by an hour, and maintenance runs by it. */
    @Test
    void stepsOfTheClockLoseNothingAndChangeNoOrder() throws SQLException {
        pgmb.configure("partition_interval", "1 minute");
        pgmb.configure("partition_retention_period", "2 hours");
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.neverForget("a");
        int[] clock = {0, 60, -60, 0, -3600, -3540, 60, 0, 3600, 0, -60};
        List<String> published = new ArrayList<>();
        for (int n = 0; n < clock.length; n++) {
            String now = pgmb.text("select now() + ? * interval '1 second'", clock[n]);
            pgmb.run("set timezone = '" + ZONES[n % ZONES.length] + "'");
            pgmb.stopClockAt(now);
            pgmb.publishAt(now, "event-" + n);
            published.add("event-" + n);
            if (n % 3 == 0) {
                // Nobody waits for it: retention alone keeps it. By a clock that was set back, it is the older one.
                pgmb.publishAt(pgmb.text("select ?::timestamptz - interval '1 s'", now), "unheard-" + n);
                published.add("unheard-" + n);
            }
            pgmb.tick();
            pgmb.maintainInSteps(now);
            assertThat(pgmb.read("a", owned, 0, 100)).extracting(Event::topic).containsExactlyElementsOf(published);
        }
        pgmb.advance("a", owned, 0, published.size());
        for (int step : clock) {
            pgmb.maintainInSteps(pgmb.text("select now() + ? * interval '1 second'", step));
        }
        assertThat(events()).isEqualTo(published.size());
    }

    @Test
    void whatIsDeletedAtOnceIsBoundedAndFoundByIndexes() throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.neverForget("a");
        pgmb.publish("a");
        pgmb.tick();
        maintainUntil(RETENTION_DAYS + 2);
        pgmb.run(
                "insert into pgmb.progress select ?, 1, n, n + 1, now() from generate_series(0, 24999) n",
                owned.groupNo());
        pgmb.run("insert into pgmb.ticks select -n, 1, t.previous, t.snapshot, 0, 0, true, 0,"
                + " now() - case when n <= 10 then interval '6 days' else interval '8 days' end"
                + " from generate_series(1, 25010) n, (select * from pgmb.ticks limit 1) t");
        long ticks = pgmb.number("select count(*) from pgmb.ticks");
        for (boolean more : new boolean[] {true, true, false}) {
            // A new one, whose statistics are those of this call alone.
            Pgmb cleaner = sessions.open();
            cleaner.begin();
            assertThat(cleaner.isTrue("select pgmb.clean_up(now())")).isEqualTo(more);
            assertThat(cleaner.column("select relname from pg_stat_xact_user_tables where schemaname = 'pgmb'"
                            + " and relname in ('progress', 'ticks', 'subscription_groups') and seq_scan > 0"))
                    .isEmpty();
            assertThat(cleaner.number("select max(n_tup_del) from pg_stat_xact_user_tables where schemaname = 'pgmb'"))
                    .isBetween(4_999L, 10_000L);
            cleaner.commit();
        }
        assertThat(pgmb.number("select count(*) from pgmb.progress")).isEqualTo(1);
        assertThat(pgmb.position(GROUP)).isEqualTo(25_000);
        assertThat(pgmb.number("select count(*) from pgmb.ticks"))
                .as("those of the retention period stay")
                .isEqualTo(ticks - 25_000);
    }

    private void maintainUntil(int lastDay) throws SQLException {
        maintainFromTo(1, lastDay);
    }

    private void maintainFromTo(int first, int last) throws SQLException {
        for (int day = first; day <= last; day++) {
            pgmb.maintainInSteps(day(day));
        }
    }

    private void maintainNowAndThenUntil(int lastDay) throws SQLException {
        for (int day = 1; day < lastDay; day += Math.max(1, lastDay / 10)) {
            pgmb.maintainInSteps(day(day));
        }
    }

    private String day(int number) throws SQLException {
        return pgmb.text("select now() + ? * interval '1 day'", number);
    }

    private long events() throws SQLException {
        return pgmb.number("select count(*) from pgmb.events");
    }
}
