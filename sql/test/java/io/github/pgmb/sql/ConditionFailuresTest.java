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
        assertThat(
                        pgmb.rows(
                                "select d.group_id, d.topic, d.payload, d.reason, d.sqlstate, d.message, d.tick, s.conditions_sql"
                                        + " from pgmb.dead_letters d join pgmb.subscriptions s on s.id = any (d.subscription_ids)"))
                .containsExactly(List.of(
                        "failing", "zero", "{\"n\": 0}", "condition", "22012", "division by zero", "1", FAILS_ON_ZERO));
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
    void eventsOfOtherTicksAreNotNamed() throws SQLException {
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
    void oneThatFailsOnEverythingGoesIntoQuarantineAfterSomeFailures() throws SQLException {
        pgmb.subscribe("failing", ALWAYS_FAILS);
        pgmb.subscribe("fine", Pgmb.ALL);
        pgmb.publishNumbered("a", 20_000);
        long start = System.nanoTime();
        pgmb.tick();
        assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(5_000_000_000L);
        assertThat(pgmb.received("failing")).isEmpty();
        assertThat(pgmb.head("fine")).isEqualTo(20_000);
        assertThat(eventsOfFailures()).hasSize(20);
        assertThat(pgmb.quarantine("failing")).isEqualTo("failures");
        assertThat(pgmb.text("select quarantine from pgmb.group_status where group_id = 'failing'"))
                .isEqualTo("failures: division by zero");
        pgmb.publish("later");
        pgmb.tick();
        assertThat(eventsOfFailures()).as("it is not evaluated any more").hasSize(20);
        List<String> ids = pgmb.receivedIds("fine");
        assertThat(pgmb.release("failing")).as("what it missed").isEqualTo(ids.subList(20, 20_001));
        pgmb.publish("released");
        pgmb.tick();
        assertThat(eventsOfFailures()).hasSize(21).endsWith("released");
    }

    @Test
    void whatItMissedIsReplayedAlsoBehindTheEventsThatItFailedOn() throws SQLException {
        String failing = pgmb.subscribe("failing", "(e.payload ->> 'n')::int >= 0");
        for (int n = 0; n < 20; n++) {
            pgmb.publish("bad", "{\"n\": \"bad\"}");
        }
        pgmb.run("insert into pgmb.events (topic, payload) select 'good', jsonb_build_object('n', n)"
                + " from generate_series(1, 30) n");
        pgmb.tick();
        pgmb.publish("good", "{\"n\": 31}");
        pgmb.tick();
        assertThat(pgmb.quarantine("failing")).isEqualTo("failures");
        assertThatThrownBy(() -> pgmb.replay(failing, pgmb.text("select pgmb.create_event_id(now(), 0)")))
                .hasMessageContaining("quarantine");
        String gap = pgmb.text("select after_event_id from pgmb.release_quarantine(?)", failing);
        assertThat(pgmb.replay(failing, gap)).hasSize(31);
    }

    @Test
    void whatItSetsIsUndone() throws SQLException {
        pgmb.run("create function public.sets(t text) returns boolean language plpgsql stable as"
                + " $$ begin perform set_config('search_path', 'public', false); return true; end $$");
        pgmb.subscribe("setting", "public.sets(e.topic)");
        String before = pgmb.text("show search_path");
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received("setting")).containsExactly("a");
        assertThat(pgmb.text("show search_path")).isEqualTo(before);
    }

    @Test
    void oneThatFailsNowAndThenGoesIntoQuarantineWhenThatIsTooMuch() throws SQLException {
        pgmb.subscribe("failing", FAILS_ON_ZERO);
        pgmb.run(
                "insert into pgmb.dead_letters (group_no, group_id, event_id, topic, payload, subscription_ids, reason, message)"
                        + " select no, id, 'pm' || n, 'a', '{}', '{}', 'condition', '' from pgmb.subscription_groups,"
                        + " generate_series(1, 998) n");
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.tick();
        assertThat(pgmb.quarantine("failing")).isNull();
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.publish("matched", "{\"n\": 1}");
        pgmb.tick();
        assertThat(pgmb.quarantine("failing")).isEqualTo("failures");
        assertThat(pgmb.received("failing")).containsExactly("matched");
        assertThat(pgmb.release("failing")).as("what it missed").isEmpty();
    }

    @Test
    void parametersOfOneThatFailTakeNothingFromOthersWithTheSameText() throws SQLException {
        String condition = "e.topic ~ (s.params ->> 'pattern')";
        for (int n = 0; n < 10; n++) {
            pgmb.subscribe("fine-" + n, condition, "{\"pattern\": \"^" + n % 2 + "\"}");
        }
        pgmb.subscribe("failing", condition, "{\"pattern\": \"(\"}");
        pgmb.publishNumbered("1", 100);
        pgmb.tick();
        for (int n = 0; n < 10; n++) {
            assertThat(pgmb.received("fine-" + n)).hasSize(n % 2 * 100);
            assertThat(pgmb.quarantine("fine-" + n)).isNull();
        }
        assertThat(pgmb.quarantine("failing")).isEqualTo("failures");
        assertThat(pgmb.column("select distinct group_id from pgmb.dead_letters"))
                .containsExactly("failing");
    }

    @Test
    void whatIsDeletedLeavesItsDeadLetters() throws SQLException {
        String subscription = pgmb.subscribe("failing", FAILS_ON_ZERO);
        pgmb.publish("zero", "{\"n\": 0}");
        pgmb.tick();
        pgmb.unsubscribe(subscription);
        pgmb.run("delete from pgmb.subscription_groups; delete from pgmb.events");
        pgmb.maintain(pgmb.text("select now() + interval '1 year'"));
        assertThat(eventsOfFailures()).containsExactly("zero");
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
        assertThat(pgmb.rows("select * from pgmb.dead_letters")).isEmpty();
        pgmb.unsubscribe(subscription);
    }

    /** Else one that raises such an error by itself would stop all dispatch. */
    @Test
    void aConditionThatFailsTheTickAgainAndAgainGoesIntoQuarantine() throws SQLException {
        pgmb.run("create or replace function public.disturbs() returns boolean language plpgsql stable as"
                + " 'begin raise serialization_failure; end'");
        pgmb.subscribe("before", "e.topic <> ''");
        pgmb.subscribe("disturbing", "public.disturbs()");
        pgmb.subscribe("after", "e.topic is not null");
        pgmb.publish("a");
        int failed = 0;
        while (pgmb.quarantine("disturbing") == null) {
            try {
                pgmb.tick();
            } catch (SQLException e) {
                assertThat(e.getSQLState()).isEqualTo("40001");
                failed++;
            }
        }
        assertThat(failed).isEqualTo(3);
        pgmb.dispatch();
        assertThat(pgmb.received("before")).containsExactly("a");
        assertThat(pgmb.received("after")).containsExactly("a");
        assertThat(pgmb.number("select count(*) from pgmb.quarantines")).isEqualTo(1);
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

    private List<String> eventsOfFailures() throws SQLException {
        return pgmb.column("select topic from pgmb.dead_letters order by event_id");
    }
}
