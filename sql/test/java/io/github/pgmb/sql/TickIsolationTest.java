package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tick in a transaction with an old snapshot may fail, but it loses and repeats nothing, and no condition is blamed. */
class TickIsolationTest {
    private static final String GROUP = "all";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Pgmb isolated;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
        isolated = sessions.open();
        pgmb.forgetEverything();
        pgmb.subscribe(GROUP, Pgmb.ALL);
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void dispatchesLikeAnyOther(String isolation) throws SQLException {
        pgmb.publish("a");
        isolated.run("set default_transaction_isolation = '" + isolation + "'");
        assertThat(isolated.number("select pgmb.poll_for_events()")).isEqualTo(1);
        pgmb.publish("b");
        isolated.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void doesNotRepeatWhatWasDispatchedSinceItsSnapshot(String isolation) throws SQLException {
        pgmb.publish("a");
        isolated.begin(isolation);
        isolated.run("select 1 from pgmb.ticks");
        pgmb.tick();
        assertThat(isolated.tick().busy()).isTrue();
        isolated.rollback();
        assertThat(pgmb.received(GROUP)).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void doesNotLoseWhatCommittedSinceItsSnapshot(String isolation) throws SQLException {
        pgmb.publish("before");
        isolated.begin(isolation);
        isolated.run("select 1 from pgmb.ticks");
        pgmb.publish("after");
        tickThatMayFail();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("before", "after");
    }

    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void anOwnEventIsLeftToTheNextTick(String isolation) throws SQLException {
        pgmb.publish("other");
        isolated.begin(isolation);
        isolated.publish("own");
        tickThatMayFail();
        pgmb.dispatch();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).contains("other").doesNotHaveDuplicates();
        assertThat(pgmb.received(GROUP).contains("own"))
                .isEqualTo(pgmb.isTrue("select exists (select from pgmb.events where topic = 'own')"));
    }

    /** A lock gives it a number before it has a snapshot. */
    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void anOwnEventIsLeftToTheNextTickAlsoIfItsNumberIsOlderThanItsSnapshot(String isolation) throws SQLException {
        pgmb.run("create table if not exists public.locked ()");
        isolated.begin(isolation);
        isolated.run("lock table public.locked");
        pgmb.publish("other");
        isolated.publish("own");
        isolated.tick();
        isolated.publish("own, later");
        isolated.commit();
        assertThat(pgmb.received(GROUP)).containsExactly("other");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("other", "own", "own, later");
    }

    /** While conditions are examined, or ticks are cut off, there is a row that an old snapshot shows as it was. */
    @ParameterizedTest
    @ValueSource(strings = {Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void noConditionIsBlamedForItsFailures(String isolation) throws SQLException {
        pgmb.subscribe("one", "e.topic <> ''");
        pgmb.subscribe("two", "e.topic is not null");
        pgmb.subscribe("three", "e.topic < 'z'");
        int failures = 0;
        for (int round = 0; round < 10; round++) {
            // as many ticks as make the next one examine the first condition
            pgmb.rows("select nextval('pgmb.tick_attempts') from generate_series(1, 2)");
            pgmb.publish("a");
            pgmb.tick();
            for (int ticks = 0; ticks < 5; ticks++) {
                isolated.begin(isolation);
                isolated.run("select 1 from pgmb.ticks");
                pgmb.tick();
                failures += tickThatMayFail() ? 0 : 1;
                assertThat(pgmb.rows("select * from pgmb.quarantines")).isEmpty();
            }
            assertThat(pgmb.rows("select * from pgmb.tick_trouble")).isEmpty();
        }
        assertThat(failures).as("failures").isGreaterThanOrEqualTo(10);
        assertThat(pgmb.received("two")).hasSize(10);
    }

    /** Those of ticks that nobody hears of again still count. */
    @Test
    void itsFailuresDoNotHideThatTicksAreLost() throws SQLException {
        pgmb.subscribe("one", "e.topic <> ''");
        pgmb.subscribe("two", "e.topic is not null");
        pgmb.rows("select nextval('pgmb.tick_attempts') from generate_series(1, 2)");
        pgmb.publish("a");
        pgmb.tick();
        isolated.begin(Session.REPEATABLE_READ);
        isolated.run("select 1 from pgmb.ticks");
        pgmb.tick();
        pgmb.rows("select nextval('pgmb.tick_attempts')");
        assertThat(tickThatMayFail()).isFalse();
        pgmb.tick();
        assertThat(pgmb.column("select distinct reason from pgmb.quarantines")).containsExactly("lost ticks");
    }

    /** Whether it did not. */
    private boolean tickThatMayFail() throws SQLException {
        try {
            isolated.tick();
            isolated.commit();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("40001");
            isolated.rollback();
            return false;
        }
    }
}
