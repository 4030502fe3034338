package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An event whose id lies in the future waits for its time. The clock of ticks stands at noon until a test moves it. */
class ScheduledEventsTest {
    private static final String GROUP = "all";
    private static final String NOON = "2100-01-01 12:00+00";
    private static final String ONE = "2100-01-01 13:00+00";
    private static final String TWO = "2100-01-01 14:00+00";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private String subscription;

    @BeforeEach
    void startAtNoon() throws SQLException {
        pgmb = sessions.open();
        pgmb.configure("poll_chunk_size", "50000");
        pgmb.forgetEverything();
        subscription = pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.stopClockAt(NOON);
    }

    @Test
    void isDeliveredWhenItIsDueUnderItsId() throws SQLException {
        String id = pgmb.publishAt(ONE, "a");
        dispatchAt("2100-01-01 12:59:59.999999+00");
        assertThat(pgmb.received(GROUP)).isEmpty();
        assertThat(pgmb.scheduledIds()).containsExactly(id);
        dispatchAt(ONE);
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(id);
        assertThat(pgmb.scheduledIds()).isEmpty();
        assertThat(pgmb.column("select id from pgmb.read_events(array[?]::pgmb.event_id[])", id))
                .containsExactly(id);
        dispatchAt(TWO);
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(id);
    }

    @Test
    void isDeliveredByTheClockOfTheServer() throws Exception {
        pgmb.reinstall();
        pgmb.subscribe(GROUP, Pgmb.ALL);
        String id = pgmb.publishAt(pgmb.text("select clock_timestamp() + interval '300 ms'"), "a");
        while (pgmb.received(GROUP).isEmpty()) {
            pgmb.dispatch();
            Thread.sleep(1);
        }
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(id);
        assertThat(pgmb.isTrue(
                        "select max(t.ticked_at) - pgmb.extract_date_from_event_id(?) between '0' and '10 s' from pgmb.ticks t",
                        id))
                .isTrue();
    }

    @Test
    void whatIsDueNowIsDispatchedAtOnce() throws SQLException {
        pgmb.publishAt(NOON, "now");
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 1, false));
    }

    @Test
    void othersDoNotWaitForIt() throws SQLException {
        pgmb.begin();
        pgmb.publish("before");
        pgmb.publishAt(ONE, "later");
        pgmb.publish("after");
        pgmb.commit();
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 2, false));
        dispatchAt(ONE);
        assertThat(pgmb.received(GROUP)).containsExactly("before", "after", "later");
    }

    @Test
    void comesInTheOrderOfTimeAndThenOfInsertion() throws SQLException {
        List<String> atTwo = List.of(publishWithSuffix(TWO, 9), publishWithSuffix(TWO, 5), publishWithSuffix(TWO, 7));
        List<String> atOne = List.of(publishWithSuffix(ONE, 8), publishWithSuffix(ONE, 6));
        pgmb.dispatch();
        dispatchAt(TWO);
        List<String> expected = new ArrayList<>(atOne);
        expected.addAll(atTwo);
        assertThat(pgmb.receivedIds(GROUP)).isEqualTo(expected);
    }

    @Test
    void keepsAllThatWasPublished() throws SQLException {
        String id = pgmb.text(
                "insert into pgmb.events (id, topic, payload, metadata, subscription_id)"
                        + " values (pgmb.create_event_id(?::timestamptz, 1), 'a', '{\"p\": 1}', '{\"m\": 2}', ?) returning id",
                ONE,
                subscription);
        pgmb.subscribe("other", Pgmb.ALL);
        pgmb.dispatch();
        dispatchAt(ONE);
        assertThat(pgmb.rows("select id, topic, payload, metadata, subscription_id from pgmb.events"))
                .containsExactly(List.of(id, "a", "{\"p\": 1}", "{\"m\": 2}", subscription));
        assertThat(pgmb.deliveries(GROUP)).containsExactly(new Pgmb.Delivery(1, List.of(id), List.of(subscription)));
        assertThat(pgmb.received("other")).isEmpty();
    }

    @Test
    void isScheduledByTheTickThatSeesItsTransaction() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        String id = late.publishAt(ONE, "late");
        dispatchAt(ONE);
        late.commit();
        pgmb.stopClockAt(NOON);
        assertThat(pgmb.scheduledIds()).isEmpty();
        pgmb.tick();
        assertThat(pgmb.scheduledIds()).containsExactly(id);
        assertThat(pgmb.column("select id from pgmb.events")).isEmpty();
    }

    @Test
    void isDispatchedAtOnceIfItsTransactionCommitsWhenItIsDue() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        late.publishAt(ONE, "late");
        dispatchAt(NOON);
        late.commit();
        dispatchAt(ONE);
        assertThat(pgmb.received(GROUP)).containsExactly("late");
    }

    @Test
    void aTransactionThatTicksItselfLosesNothing() throws SQLException {
        pgmb.publishAt(ONE, "scheduled");
        pgmb.dispatch();
        pgmb.stopClockAt(ONE);
        Pgmb careless = sessions.open();
        careless.begin();
        careless.publishAt(TWO, "own");
        careless.dispatch();
        assertThat(careless.received(GROUP)).isEmpty();
        careless.commit();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("scheduled");
        dispatchAt(TWO);
        assertThat(pgmb.received(GROUP)).containsExactly("scheduled", "own");
    }

    @Test
    void aTickThatIsRolledBackMovesNothing() throws SQLException {
        String later = pgmb.publishAt(TWO, "later");
        String soon = pgmb.publishAt(ONE, "soon");
        pgmb.begin();
        pgmb.tick();
        assertThat(pgmb.scheduledIds()).containsExactly(soon, later);
        pgmb.rollback();
        assertThat(pgmb.scheduledIds()).isEmpty();
        dispatchAt(NOON);
        pgmb.stopClockAt(ONE);
        pgmb.begin();
        pgmb.tick();
        pgmb.rollback();
        assertThat(pgmb.scheduledIds()).containsExactly(soon, later);
        dispatchAt(TWO);
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(soon, later);
    }

    @Test
    void whatIsDueEntersInStepsThatSayThatThereIsMore() throws SQLException {
        pgmb.configure("poll_chunk_size", "10");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            ids.add(pgmb.publishAt(ONE, "a"));
        }
        pgmb.dispatch();
        pgmb.stopClockAt(ONE);
        assertThat(pgmb.tick()).as("10 enter").isEqualTo(new Pgmb.Tick(false, 0, true));
        assertThat(pgmb.tick()).as("and are dispatched").isEqualTo(new Pgmb.Tick(false, 10, true));
        assertThat(pgmb.number("select count(*) from pgmb.scheduled_events")).isEqualTo(15);
        pgmb.dispatch();
        assertThat(pgmb.receivedIds(GROUP)).isEqualTo(ids);
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
    }

    @Test
    void aBigWindowIsSortedOutInItsSteps() throws SQLException {
        pgmb.configure("poll_chunk_size", "10");
        pgmb.run(
                "insert into pgmb.events (id, topic, payload) select pgmb.create_event_id(case when n % 3 = 0 then ?::timestamptz"
                        + " else now() end, n), case when n % 3 = 0 then 'later' else 'now' end, '{}' from generate_series(1, 95) n",
                ONE);
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).hasSize(64).containsOnly("now");
        assertThat(pgmb.number("select sum(events) from pgmb.ticks where ticked_at = ?::timestamptz", NOON))
                .isEqualTo(64);
        dispatchAt(ONE);
        assertThat(pgmb.received(GROUP)).hasSize(95).endsWith("later");
        assertThat(pgmb.receivedIds(GROUP)).doesNotHaveDuplicates();
    }

    @Test
    void aClockThatIsSetBackDelaysAndLosesNothing() throws SQLException {
        String id = pgmb.publishAt(ONE, "a");
        pgmb.dispatch();
        pgmb.stopClockAt(ONE);
        assertThat(pgmb.tick()).as("it enters").isEqualTo(new Pgmb.Tick(false, 0, true));
        dispatchAt(NOON);
        assertThat(pgmb.scheduledIds()).containsExactly(id);
        assertThat(pgmb.received(GROUP)).isEmpty();
        dispatchAt(ONE);
        dispatchAt(NOON);
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(id);
        assertThat(pgmb.scheduledIds()).isEmpty();
    }

    @Test
    void whatSomebodyHasScheduledByHandIsFoundAfterMaintenance() throws SQLException {
        pgmb.publishAt(TWO, "a");
        pgmb.dispatch();
        dispatchAt(TWO);
        pgmb.run(
                "insert into pgmb.scheduled_events select pgmb.create_event_id(?::timestamptz, 1), 'b', '{}', null, null, 1,"
                        + " ?::timestamptz",
                ONE,
                ONE);
        pgmb.run("select pgmb.clean_up(now())");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("a", "b");
    }

    @Test
    void whatIsScheduledAfterTheClockWasSetBackIsFound() throws SQLException {
        pgmb.publishAt(TWO, "a");
        pgmb.dispatch();
        dispatchAt(TWO);
        pgmb.stopClockAt(NOON);
        pgmb.publishAt(ONE, "b");
        pgmb.dispatch();
        dispatchAt(ONE);
        assertThat(pgmb.received(GROUP)).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999-12-31", "infinity", "2112-09-17 23:53:47.370495+00"})
    void theFarFutureWaits(String time) throws SQLException {
        String id = pgmb.publishAt(time, "far");
        dispatchAt("2112-09-17 23:53:47.370494+00");
        assertThat(pgmb.scheduledIds()).containsExactly(id);
        dispatchAt("2112-09-17 23:53:47.370495+00");
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1969-12-31", "-infinity", "1970-01-01"})
    void thePastDoesNotWait(String time) throws SQLException {
        pgmb.publishAt(time, "past");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("past");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"z", "pn", "pmgggggggggggggggggggggg", "pmfffffffffffffffffffffff", "pmfffffffffffffffffffff"})
    void whatTellsNoTimeDoesNotWait(String id) throws SQLException {
        pgmb.run("insert into pgmb.events (id, topic, payload) values (?, 'a', '{}')", id);
        String later = pgmb.publishAt(ONE, "later");
        pgmb.dispatch();
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(id);
        assertThat(pgmb.scheduledIds()).containsExactly(later);
    }

    @Test
    void anIdIsOfOneEvent() throws SQLException {
        String id = pgmb.publishAt(ONE, "first");
        pgmb.dispatch();
        pgmb.run("insert into pgmb.events (id, topic, payload) values (?, 'second', '{}')", id);
        pgmb.dispatch();
        pgmb.stopClockAt(ONE);
        pgmb.run("insert into pgmb.events (id, topic, payload) values (?, 'third', '{}')", id);
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("third");
        assertThat(pgmb.scheduledIds()).isEmpty();
    }

    @Test
    void mayBeCancelled() throws SQLException {
        String id = pgmb.publishAt(ONE, "a");
        pgmb.publishAt(ONE, "b");
        pgmb.dispatch();
        assertThat(pgmb.column("delete from pgmb.scheduled_events where id = ? returning topic", id))
                .containsExactly("a");
        dispatchAt(ONE);
        assertThat(pgmb.received(GROUP)).containsExactly("b");
        assertThat(pgmb.column("delete from pgmb.scheduled_events where id = ? returning topic", id))
                .isEmpty();
    }

    @Test
    void whoIsAboutToCancelOneDelaysNobody() throws Exception {
        String id = pgmb.publishAt(ONE, "a");
        pgmb.publishAt(ONE, "b");
        pgmb.dispatch();
        Pgmb undecided = sessions.open();
        undecided.begin();
        undecided.run("delete from pgmb.scheduled_events where id = ?", id);
        pgmb.stopClockAt(ONE);
        Future<List<String>> others = sessions.start(() -> {
            pgmb.dispatch();
            return pgmb.received(GROUP);
        });
        assertThat(Sessions.result(others)).containsExactly("b");
        undecided.rollback();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("b", "a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "1",
                "\"text\"",
                "{\"ids\": null}",
                "{\"ids\": {}}",
                "{\"ids\": []}",
                "{\"ids\": [null, 1, [], {}, \"nonsense\", \"pm\"]}",
                "{\"ids\": \"pm0000000000000000000000\", \"retryNumber\": \"x\", \"handlerName\": []}"
            })
    void aMalformedRetryIsAnEventLikeAnyOther(String payload) throws SQLException {
        pgmb.publishAt("2000-01-01", "pgmb-retry", payload, subscription);
        String later = pgmb.publishAt(ONE, "pgmb-retry", payload, subscription);
        pgmb.dispatch();
        assertThat(pgmb.text("select min_event_id from pgmb.scheduled_events")).isNull();
        assertThat(pgmb.received(GROUP)).hasSize(1);
        dispatchAt(ONE);
        assertThat(pgmb.receivedIds(GROUP)).hasSize(2).endsWith(later);
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
    }

    @Test
    void anIdThatIsTooLongToBeOneDoesNotStopATick() throws SQLException {
        // Random, since an index entry may be compressed.
        String id = new Random(1)
                .ints(20_000, 'a', 'z' + 1)
                .mapToObj(Character::toString)
                .collect(Collectors.joining("", "pm", ""));
        pgmb.publishAt(ONE, "pgmb-retry", "{\"ids\": [\"" + id + "\"]}", subscription);
        pgmb.dispatch();
        dispatchAt(ONE);
        assertThat(pgmb.received(GROUP)).containsExactly("pgmb-retry");
    }

    @Test
    void aRetryNamesTheLowestEventThatItNeeds() throws SQLException {
        String low = pgmb.publish("low");
        String high = pgmb.publish("high");
        String ids =
                "{\"ids\": [\"" + high + "\", \"" + low + "\", \"a\"], \"retryNumber\": 1, \"handlerName\": \"h\"}";
        pgmb.publishAt(ONE, "pgmb-retry", ids, subscription);
        pgmb.publishAt(ONE, "other", ids, subscription);
        pgmb.dispatch();
        assertThat(pgmb.rows("select topic, coalesce(min_event_id, '-') from pgmb.scheduled_events order by seq"))
                .containsExactly(List.of("pgmb-retry", low), List.of("other", "-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void anIsolatedTickDoesTheSame(String isolation) throws SQLException {
        Pgmb isolated = sessions.open();
        isolated.run("set default_transaction_isolation = '" + isolation + "'");
        String id = pgmb.publishAt(ONE, "a");
        isolated.dispatch();
        assertThat(pgmb.scheduledIds()).containsExactly(id);
        pgmb.stopClockAt(ONE);
        isolated.dispatch();
        assertThat(pgmb.receivedIds(GROUP)).containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void anOldSnapshotNeitherLosesNorRepeats(String isolation) throws SQLException {
        pgmb.publishAt(ONE, "scheduled");
        pgmb.dispatch();
        pgmb.publishAt(TWO, "in the log");
        pgmb.stopClockAt(ONE);
        Pgmb isolated = sessions.open();
        isolated.begin(isolation);
        isolated.run("select 1 from pgmb.ticks");
        pgmb.dispatch();
        try {
            isolated.dispatch();
            isolated.commit();
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isIn("40001", "23505");
            isolated.rollback();
        }
        dispatchAt(TWO);
        assertThat(pgmb.received(GROUP)).containsExactly("scheduled", "in the log");
    }

    /** The log has no such event yet, and does not know whether it will have one. */
    @Test
    void anOpenTransactionWithTheSameIdStopsNobodyElse() throws SQLException {
        String id = pgmb.publishAt(ONE, "scheduled");
        pgmb.dispatch();
        Pgmb open = sessions.open();
        open.begin();
        open.run("insert into pgmb.events (id, topic, payload) values (?, 'again', '{}')", id);
        pgmb.publish("other");
        pgmb.stopClockAt(ONE);
        pgmb.run("set statement_timeout = '10s'");
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("other");
        open.rollback();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("other", "scheduled");
    }

    private void dispatchAt(String timestamp) throws SQLException {
        pgmb.stopClockAt(timestamp);
        pgmb.dispatch();
    }

    /** Ids of one moment whose order is not that of insertion. */
    private String publishWithSuffix(String timestamp, int suffix) throws SQLException {
        return pgmb.text(
                "insert into pgmb.events (id, topic, payload) values (pgmb.create_event_id(?::timestamptz, ?), 'a', '{}')"
                        + " returning id",
                timestamp,
                suffix);
    }
}
