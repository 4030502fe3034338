package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A condition that raises an error misses the events it fails on, and nobody misses anything else. */
class ConditionFailuresTest {
    private static final String FAILS_ON_ZERO = "1 / (e.payload ->> 'n')::int is not null";
    private static final String ALWAYS_FAILS = "1 / length(left(e.topic, 0)) = 1";

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
    void missesOnlyTheEventItFailsOn() throws SQLException {
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        pgmb.subscribe("fine", Pgmb.ALL);
        publishWithOneZero();
        pgmb.tick();
        assertThat(pgmb.received("fine")).hasSize(201);
        assertThat(pgmb.received("failing")).hasSize(200).doesNotContain("zero");
        assertThat(pgmb.deliveries("failing").get(0).lastPosition()).isEqualTo(64);
        assertThat(pgmb.head("failing")).isEqualTo(200);
    }

    @Test
    void recordsTheEventItFailedOn() throws SQLException {
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        publishWithOneZero();
        pgmb.tick();
        assertThat(pgmb.rows("select f.sqlstate, f.message, c.text, f.tick from pgmb.match_failures f"
                        + " join pgmb.conditions c on c.no = f.condition_no"))
                .containsExactly(List.of("22012", "division by zero", FAILS_ON_ZERO, "1"));
        assertThat(eventsOfFailures()).containsExactly("zero");
        assertThat(pgmb.number("select match_failures from pgmb.group_status where group_id = 'failing'"))
                .isEqualTo(1);
    }

    @Test
    void theFirstAndTheLastEventMayFail() throws SQLException {
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.publishNumbered("a", 7);
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.tick();
        assertThat(pgmb.received("failing")).hasSize(7).containsOnly("a");
        assertThat(eventsOfFailures()).containsExactly("zero", "zero");
    }

    @Test
    void theRangeNamesOnlyEventsOfItsTick() throws SQLException {
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late", "{\"n\": 1}");
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.tick();
        late.commit();
        pgmb.tick();
        assertThat(pgmb.received("failing")).containsExactly("late");
        assertThat(eventsOfFailures()).containsExactly("zero");
    }

    @Test
    void worksInBigWindows() throws SQLException {
        pgmb.configure("poll_chunk_size", "10");
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        publishWithOneZero();
        pgmb.dispatch();
        assertThat(pgmb.received("failing")).hasSize(200);
        assertThat(eventsOfFailures()).containsExactly("zero");
    }

    @Test
    void oneThatFailsOnEverythingIsGivenUpAfterSomeFailures() throws SQLException {
        pgmb.subscribe("failing", ALWAYS_FAILS);
        pgmb.subscribe("fine", Pgmb.ALL);
        pgmb.publishNumbered("a", 20_000);
        long start = System.nanoTime();
        pgmb.tick();
        assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(5_000_000_000L);
        assertThat(pgmb.received("failing")).isEmpty();
        assertThat(pgmb.head("fine")).isEqualTo(20_000);
        assertThat(pgmb.number("select count(*) from pgmb.match_failures")).isBetween(20L, 60L);
        assertThat(eventsOfFailures()).as("every missed event is named once").hasSize(20_000);
    }

    @Test
    void oneThatFailsOnEverythingTakesNothingFromAnother() throws SQLException {
        pgmb.subscribe("hopeless", ALWAYS_FAILS);
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        publishWithOneZero();
        pgmb.tick();
        assertThat(pgmb.received("failing")).hasSize(200);
    }

    @Test
    void aFailureThatIsNotTheConditionsFailsTheTick() throws SQLException {
        pgmb.run("create or replace function public.disturbed(n int) returns boolean language plpgsql stable as"
                + " 'begin if n = 0 then raise serialization_failure; end if; return true; end'");
        String subscription = pgmb.subscribe("disturbed", "public.disturbed((e.payload ->> 'n')::int)");
        pgmb.publish("zero", "{\"n\": 0}");
        assertThatThrownBy(pgmb::tick)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        assertThat(pgmb.rows("select * from pgmb.match_failures")).isEmpty();
        pgmb.unsubscribe(subscription);
    }

    @Test
    void aTimeLimitOfTheCallerEndsATick() throws SQLException {
        pgmb.run("create or replace function public.slow() returns boolean language plpgsql stable as"
                + " 'begin perform pg_sleep(10); return true; end'");
        pgmb.subscribe("slow", "public.slow()");
        pgmb.publish("a");
        pgmb.run("set statement_timeout = '200ms'");
        assertThatThrownBy(pgmb::tick)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
    }

    @Test
    void aFailingConditionDoesNotLeaveTheTransactionReadOnly() throws SQLException {
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.begin();
        pgmb.tick();
        pgmb.publish("after");
        pgmb.commit();
        pgmb.tick();
        assertThat(pgmb.number("select count(*) from pgmb.events")).isEqualTo(2);
    }

    private void publishWithOneZero() throws SQLException {
        pgmb.publishNumbered("a", 100);
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.publishNumbered("b", 100);
    }

    /** The events that the recorded ranges of each tick name. */
    private List<String> eventsOfFailures() throws SQLException {
        return pgmb.column(
                "select e.topic from pgmb.match_failures f join pgmb.ticks t on t.id = f.tick"
                        + " cross join lateral pgmb.window_events(t.previous, t.snapshot, f.after_seq, f.to_seq) e order by e.seq");
    }
}
