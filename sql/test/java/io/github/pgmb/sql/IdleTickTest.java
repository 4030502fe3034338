package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a tick costs and whom it holds up. */
class IdleTickTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Pgmb other;

    @BeforeEach
    void dispatchWhatIsLeft() throws SQLException {
        pgmb = sessions.open();
        other = sessions.open();
        pgmb.dispatch();
    }

    @Test
    void anIdleTickWritesNothing() throws SQLException {
        long before = ticks();
        pgmb.begin();
        pgmb.tick();
        assertThat(pgmb.text("select pg_current_xact_id_if_assigned()")).isNull();
        pgmb.commit();
        assertThat(ticks()).isEqualTo(before);
    }

    @Test
    void whatIsDueLaterLeavesATickIdle() throws SQLException {
        pgmb.publishAt("2100-01-01", "later");
        pgmb.dispatch();
        anIdleTickWritesNothing();
        anIdleTickWorksInAReadOnlyTransaction();
        assertThat(pgmb.scheduledIds()).hasSize(1);
        pgmb.run("delete from pgmb.scheduled_events");
    }

    /** While somebody holds a snapshot, it stays in the index. */
    @Test
    void whatHasLeftTheScheduleCostsNoIdleTickAnything() throws SQLException {
        pgmb.run("insert into pgmb.events (id, topic, payload) select pgmb.create_event_id(clock_timestamp()"
                + " + interval '500 ms', n), 'a', '{}' from generate_series(1, 6000) n");
        pgmb.dispatch();
        other.begin(Session.REPEATABLE_READ);
        other.run("select from pgmb.events limit 1");
        pgmb.run("select pg_sleep(0.6)");
        pgmb.dispatch();
        assertThat(pgmb.scheduledIds()).isEmpty();
        // A new one, whose statistics are those of this tick alone.
        Pgmb idle = sessions.open();
        idle.begin();
        assertThat(idle.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
        assertThat(idle.number("select pg_stat_get_xact_blocks_fetched('pgmb.scheduled_events'::regclass)"
                        + " + pg_stat_get_xact_blocks_fetched('pgmb.scheduled_events_due_idx'::regclass)"))
                .as("pages")
                .isLessThan(10);
        idle.rollback();
        other.rollback();
    }

    @Test
    void anIdleTickWorksInAReadOnlyTransaction() throws SQLException {
        pgmb.run("begin read only");
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
        pgmb.commit();
    }

    @Test
    void uncommittedEventsLeaveATickIdle() throws SQLException {
        long before = ticks();
        other.begin();
        other.publish("a");
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
        assertThat(ticks()).isEqualTo(before);
        other.rollback();
        pgmb.tick();
        assertThat(ticks()).isEqualTo(before);
    }

    @Test
    void aTickWhoseEventsNobodyReceivesAdvancesAllTheSame() throws SQLException {
        long before = ticks();
        pgmb.publish("nobody listens");
        assertThat(pgmb.tick().matches()).isZero();
        assertThat(ticks()).isEqualTo(before + 1);
        pgmb.tick();
        assertThat(ticks()).isEqualTo(before + 1);
    }

    @Test
    void othersAreBusyAtOnceWhileOneTicks() throws Exception {
        other.publish("a");
        other.begin();
        other.tick();
        other.run("set idle_in_transaction_session_timeout = 0");
        pgmb.publish("b");
        Future<Pgmb.Tick> tick = sessions.start(pgmb::tick);
        assertThat(tick).succeedsWithin(Duration.ofSeconds(2)).isEqualTo(new Pgmb.Tick(true, 0, false));
        assertThat(pgmb.number("select pgmb.poll_for_events()")).isZero();
        other.commit();
        assertThat(pgmb.tick().busy()).isFalse();
    }

    @Test
    void aHeldDispatcherRowMakesOthersBusyAtOnce() throws SQLException {
        other.begin();
        other.run("select from pgmb.dispatcher for update");
        pgmb.publish("a");
        assertThat(pgmb.tick().busy()).isTrue();
    }

    @Test
    void aClientThatSleepsAfterItsTickIsCutOff() throws Exception {
        other.publish("a");
        other.begin();
        other.tick();
        assertThat(other.text("show idle_in_transaction_session_timeout")).isEqualTo("5s");
        // The test need not wait for so long.
        other.run("set local idle_in_transaction_session_timeout = '100ms'");
        while (pgmb.tick().busy()) {
            Thread.sleep(20);
        }
        assertThatThrownBy(other::commit).isInstanceOf(SQLException.class);
    }

    @Test
    void theTimeLimitOfATickEndsWithItsTransaction() throws SQLException {
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.text("show idle_in_transaction_session_timeout")).isEqualTo("0");
    }

    @Test
    void pollForEventsReturnsTheNumberOfMatches() throws SQLException {
        pgmb.subscribe("one", Pgmb.ALL);
        pgmb.subscribe("two", Pgmb.ALL);
        pgmb.subscribe("two", "e.topic = 'a'");
        pgmb.publish("a");
        pgmb.publish("b");
        assertThat(pgmb.number("select pgmb.poll_for_events()")).isEqualTo(5);
        assertThat(pgmb.number("select pgmb.poll_for_events()")).isZero();
    }

    private long ticks() throws SQLException {
        return pgmb.number("select count(*) from pgmb.ticks");
    }
}
