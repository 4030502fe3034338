package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.sql.Pgmb.Event;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Maintenance cuts a partition while somebody has an older snapshot, in which the events that it moves stand where nobody looks
 * for them any more: they are neither skipped nor delivered too early. Ids that tell no time are always moved.
 */
class OldSnapshotsTest {
    private static final String GROUP = "group";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Pgmb isolated;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        isolated = sessions.open();
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void aReaderSkipsNothing(String isolation) throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        dispatchThree();
        beginAndMaintain(isolation);
        String read = "select topic from pgmb.read_next_events(?)";
        assertFailsOnce(() -> isolated.column(read, GROUP));
        assertThat(isolated.column(read, GROUP)).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void aNodeSkipsNothing(String isolation) throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.neverForget("a");
        dispatchThree();
        beginAndMaintain(isolation);
        assertFailsOnce(() -> isolated.read("a", owned, 0, 10));
        assertThat(isolated.read("a", owned, 0, 10)).extracting(Event::topic).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void nothingIsLeftOutOfAReplay(String isolation) throws SQLException {
        pgmb.configure("partition_retention_period", "10 years");
        String subscription = pgmb.subscribe(GROUP, Pgmb.ALL);
        String start = pgmb.momentId();
        dispatchThree();
        beginAndMaintain(isolation);
        assertFailsOnce(() -> isolated.replay(subscription, start));
        assertThat(isolated.replay(subscription, start)).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void aTickDeliversNothingTooEarly(String isolation) throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        String scheduled = pgmb.publishAt(inDays(1_000), "in years");
        beginAndMaintain(isolation);
        assertThat(isolated.tick().busy()).isTrue();
        isolated.commit();
        isolated.dispatch();
        assertThat(pgmb.received(GROUP)).isEmpty();
        assertThat(pgmb.scheduledIds()).containsExactly(scheduled);
    }

    /** The number of the next tick, by which two are kept apart, is free again. */
    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void aTickRepeatsNothingThoughTheTicksSinceAreForgotten(String isolation) throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("once");
        isolated.begin(isolation);
        isolated.run("select 1 from pgmb.ticks");
        pgmb.dispatch();
        for (String topic : List.of("2", "3", "4")) {
            pgmb.publish(topic);
            pgmb.dispatch();
        }
        pgmb.maintainInSteps(inDays(9));
        assertThat(pgmb.number("select count(*) from pgmb.ticks")).isEqualTo(1);
        assertThat(isolated.tick().busy()).isTrue();
        isolated.commit();
        assertThat(pgmb.received(GROUP)).containsExactly("once", "2", "3", "4");
    }

    /** Else it would end before what was dispatched since. */
    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void theGapOfAQuarantineIsToldInFull(String isolation) throws SQLException {
        String subscription = pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.run("insert into pgmb.quarantines (subscription_no, reason, message, tick, after_seq)"
                + " select s.no, 'failures', 'some', 1, 0 from pgmb.subscriptions s");
        pgmb.publish("1");
        pgmb.dispatch();
        isolated.begin(isolation);
        isolated.run("select 1 from pgmb.ticks");
        String last = pgmb.publish("2");
        pgmb.dispatch();
        String release = "select to_event_id from pgmb.release_quarantine(?)";
        assertFailsOnce(() -> isolated.text(release, subscription));
        isolated.begin(isolation);
        assertThat(isolated.text(release, subscription)).isEqualTo(last);
        isolated.commit();
        pgmb.publish("3");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("3");
    }

    private void dispatchThree() throws SQLException {
        pgmb.run("insert into pgmb.events (id, topic, payload) values ('user 1', '1', '{}'), ('user 2', '2', '{}')");
        pgmb.publish("3");
        pgmb.dispatch();
    }

    private void beginAndMaintain(String isolation) throws SQLException {
        isolated.begin(isolation);
        isolated.run("select 1 from pgmb.ticks");
        pgmb.maintainInSteps(inDays(300));
    }

    private String inDays(int days) throws SQLException {
        return pgmb.text("select now() + ? * interval '1 day'", days);
    }

    /** And is tried again, as after any serialization failure. */
    private void assertFailsOnce(ThrowingCallable call) throws SQLException {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        isolated.rollback();
    }
}
