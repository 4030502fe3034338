package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.sql.Pgmb.Event;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group is moved back or forth by an operator, whoever works on it at the time. */
class RewindTest {
    private static final String GROUP = "group";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Ownership owned;

    @BeforeEach
    void ownAGroup() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        owned = pgmb.own("a", GROUP);
    }

    private String dispatched(String topic) throws SQLException {
        String id = pgmb.publish(topic);
        pgmb.dispatch();
        return id;
    }

    private long move(String toEventId) throws SQLException {
        return pgmb.number("select pgmb.move_group(?, ?)", GROUP, toEventId);
    }

    private Ownership takeAgain() throws SQLException {
        return pgmb.takeOver("a").get(0);
    }

    @Test
    void theGroupReceivesAgainWhatCameAfterTheEvent() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late");
        String from = dispatched("1");
        dispatched("2");
        late.commit();
        dispatched("3");
        assertThat(pgmb.advance("a", owned, 0, 4)).isTrue();
        assertThat(move(from)).isEqualTo(-3);
        Ownership again = takeAgain();
        assertThat(again.position()).isEqualTo(1);
        assertThat(pgmb.read("a", again, 1, 10)).extracting(Event::topic).containsExactly("2", "late", "3");
        assertThat(pgmb.advance("a", again, 1, 4)).isTrue();
        assertThat(pgmb.position(GROUP)).isEqualTo(4);
    }

    @Test
    void toAPlaceInTheMiddleOfARow() throws SQLException {
        List<String> ids = pgmb.column("insert into pgmb.events (topic, payload)"
                + " select n::text, '{}' from generate_series(1, 100) n returning id");
        pgmb.dispatch();
        pgmb.advance("a", owned, 0, 100);
        assertThat(move(ids.get(69))).isEqualTo(-30);
        assertThat(pgmb.position(GROUP)).isEqualTo(70);
        assertThat(move(ids.get(79))).isEqualTo(10);
    }

    @Test
    void toAnEventThatTheGroupDidNotReceive() throws SQLException {
        pgmb.run("delete from pgmb.subscriptions");
        pgmb.subscribe(GROUP, "e.topic like 'a%'");
        dispatched("a1");
        String from = dispatched("b");
        dispatched("a2");
        pgmb.advance("a", owned, 0, 2);
        assertThat(move(from)).isEqualTo(-1);
        assertThat(move(pgmb.text("select min(id) from pgmb.events"))).isZero();
    }

    @Test
    void backToAMomentAndForthToNow() throws SQLException {
        String start = pgmb.momentId();
        for (String topic : List.of("1", "2", "3")) {
            dispatched(topic);
        }
        pgmb.advance("a", owned, 0, 2);
        assertThat(move(start)).isEqualTo(-2);
        assertThat(move(pgmb.momentId())).isEqualTo(3);
        Ownership again = takeAgain();
        String next = dispatched("4");
        assertThat(pgmb.read("a", again, again.position(), 10))
                .extracting(Event::id)
                .containsExactly(next);
    }

    @Test
    void theOwnerIsFenced() throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        pgmb.advance("a", owned, 0, 1);
        assertThat(move(from)).isZero();
        assertThat(pgmb.advance("a", owned, 1, 2)).isFalse();
        assertThatThrownBy(() -> pgmb.read("a", owned, 1, 10))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM003"));
        assertThat(takeAgain().epoch()).isGreaterThan(owned.epoch());
    }

    /** Its effects commit with the acknowledgement, which counts: it came first. */
    @Test
    void anAcknowledgementThatIsBeingCommittedIsWaitedFor() throws Exception {
        String from = dispatched("1");
        dispatched("2");
        Pgmb handler = sessions.open();
        handler.begin();
        assertThat(handler.advance("a", owned, 0, 2)).isTrue();
        Pgmb operator = sessions.open();
        int backend = operator.backendPid();
        Future<Long> moved = sessions.start(() -> operator.number("select pgmb.move_group(?, ?)", GROUP, from));
        pgmb.awaitBlocked(backend);
        handler.commit();
        assertThat(Sessions.result(moved)).isEqualTo(-1);
        assertThat(pgmb.position(GROUP)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.READ_COMMITTED, Session.REPEATABLE_READ})
    void aHandlerThatBeganBeforeCannotAcknowledgeAfterwards(String isolation) throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        dispatched("3");
        pgmb.advance("a", owned, 0, 2);
        Pgmb handler = sessions.open();
        handler.begin(isolation);
        assertThat(handler.read("a", owned, 2, 10)).hasSize(1);
        assertThat(move(from)).isEqualTo(-1);
        assertThatThrownBy(() -> {
                    if (!handler.advance("a", owned, 2, 3)) {
                        throw new SQLException("fenced", "40001");
                    }
                })
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        handler.rollback();
        assertThat(pgmb.position(GROUP)).isEqualTo(1);
    }

    @Test
    void anAcknowledgementWaitsForTheOperatorAndFails() throws Exception {
        String from = dispatched("1");
        dispatched("2");
        pgmb.begin();
        move(from);
        Pgmb handler = sessions.open();
        int backend = handler.backendPid();
        Future<Boolean> advanced = sessions.start(() -> handler.advance("a", owned, 0, 2));
        sessions.open().awaitBlocked(backend);
        pgmb.commit();
        assertThat(Sessions.result(advanced)).isFalse();
    }

    @Test
    void whatIsRolledBackMovesNothing() throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        pgmb.advance("a", owned, 0, 2);
        pgmb.begin();
        move(from);
        pgmb.rollback();
        assertThat(pgmb.position(GROUP)).isEqualTo(2);
        dispatched("3");
        assertThat(pgmb.advance("a", owned, 2, 3)).isTrue();
    }

    @Test
    void cursorsFromBeforeAreRefused() throws SQLException {
        Pgmb reader = sessions.open();
        reader.subscribe("readers", Pgmb.ALL);
        String from = dispatched("1");
        dispatched("2");
        String read = "select topic, next_cursor from pgmb.read_next_events('readers', ?)";
        String cursor = reader.rows(read, (Object) null).get(0).get(1);
        reader.run("select pgmb.set_group_cursor('readers', ?, false)", cursor);
        pgmb.run("select pgmb.move_group('readers', ?)", from);
        assertThatThrownBy(() -> reader.run("select pgmb.set_group_cursor('readers', ?, false)", cursor))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM010"));
        assertThatThrownBy(() -> reader.rows(read, cursor))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM010"));
        assertThat(reader.column(read, (Object) null)).containsExactly("2");
    }

    @Test
    void cleaningUpKeepsTheNewPosition() throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        pgmb.advance("a", owned, 0, 1);
        pgmb.advance("a", owned, 1, 2);
        move(from);
        pgmb.run("select pgmb.clean_up(now())");
        assertThat(pgmb.position(GROUP)).isEqualTo(1);
        Ownership again = takeAgain();
        assertThat(pgmb.advance("a", again, 1, 2)).isTrue();
        pgmb.run("select pgmb.clean_up(now())");
        assertThat(pgmb.position(GROUP)).isEqualTo(2);
        assertThat(pgmb.number("select count(*) from pgmb.progress")).isEqualTo(1);
    }

    @Test
    void whatIsToBeReceivedAgainIsKept() throws SQLException {
        pgmb.neverForget("a");
        String from = dispatched("1");
        dispatched("2");
        dispatched("3");
        pgmb.advance("a", owned, 0, 3);
        move(from);
        maintainDays(1, 30);
        Ownership again = takeAgain();
        assertThat(pgmb.read("a", again, again.position(), 10))
                .extracting(Event::topic)
                .containsExactly("2", "3");
        pgmb.advance("a", again, 1, 3);
        maintainDays(31, 34);
        assertThat(pgmb.number("select count(*) from pgmb.events")).isZero();
        assertRefused("PM012", from);
    }

    /** Its snapshot shows that the group has acknowledged everything. */
    @Test
    void maintenanceWithAnOldSnapshotKeepsItAsWell() throws SQLException {
        pgmb.neverForget("a");
        String from = dispatched("1");
        dispatched("2");
        pgmb.advance("a", owned, 0, 2);
        maintainDays(1, 3);
        Pgmb maintainer = sessions.open();
        maintainer.begin(Session.REPEATABLE_READ);
        maintainer.run("select 1");
        move(from);
        maintainer.maintain(pgmb.text("select now() + interval '30 days'"));
        maintainer.commit();
        Ownership again = takeAgain();
        assertThat(pgmb.read("a", again, again.position(), 10))
                .extracting(Event::topic)
                .containsExactly("2");
    }

    /** The deliveries are gone, the tick and the log are not: somebody else is to receive them. */
    @Test
    void deliveriesThatAreGoneAreNotLeftOutSilently() throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        pgmb.advance("a", owned, 0, 2);
        pgmb.run("update pgmb.config set value = '0' where id = 'partition_retention_period'");
        while (pgmb.isTrue("select pgmb.close_deliveries_partition(now() + interval '2 days')")) {}
        pgmb.run("select pgmb.drop_deliveries_partition(now() + interval '3 days')");
        assertThat(pgmb.number("select count(*) from pgmb.subscription_events")).isZero();
        assertRefused("PM012", from);
        dispatched("3");
        assertThat(move(pgmb.momentId())).isEqualTo(1);
    }

    /** It may be about to drop what the group has acknowledged. */
    @Test
    void aMoveWaitsForMaintenance() throws SQLException {
        String from = dispatched("1");
        Pgmb maintainer = sessions.open();
        maintainer.begin();
        maintainer.run("select pgmb.maintenance_step(now())");
        pgmb.run("set lock_timeout = '100ms'");
        assertRefused("55P03", from);
        maintainer.commit();
        assertThat(move(from)).isEqualTo(1);
    }

    @Test
    void whatIsNotThereIsRefused() throws SQLException {
        String from = dispatched("1");
        assertThatThrownBy(() -> pgmb.run("select pgmb.move_group('nobody', ?)", from))
                .hasMessageContaining("no group 'nobody'");
        assertRefused("PM013", "pm1");
    }

    private void maintainDays(int first, int last) throws SQLException {
        for (int day = first; day <= last; day++) {
            pgmb.maintainInSteps(pgmb.text("select now() + ? * interval '1 day'", day));
        }
    }

    private void assertRefused(String sqlState, String eventId) {
        assertThatThrownBy(() -> move(eventId))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
    }
}
