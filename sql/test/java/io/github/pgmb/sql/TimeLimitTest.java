package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A condition that takes too long loses its place, and costs the others a few time limits at most. */
class TimeLimitTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.configure("condition_time_limit", "300 ms");
        // It claims to be stable, so it passes for a condition; so does a regular expression without an end.
        pgmb.run("create or replace function public.takes(ms int) returns boolean language plpgsql stable as"
                + " 'begin perform pg_sleep(ms * 0.001); return true; end'");
        pgmb.subscribe("fine", "e.topic like '%'");
    }

    @Test
    void oneWithoutAnEndGoesIntoQuarantineWithinThreeTicks() throws SQLException {
        pgmb.subscribe("endless", "public.takes(60000)");
        pgmb.publishNumbered("a", 10);
        long start = System.nanoTime();
        assertQuarantineWithin(3, "endless");
        assertThat(pgmb.quarantine("endless")).isEqualTo("time limit");
        assertDispatched(10);
        assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(5_000_000_000L);
        assertThat(pgmb.received("endless")).isEmpty();
        assertThat(pgmb.quarantine("fine")).isNull();
        assertThat(pgmb.release("endless")).as("what it missed").isEqualTo(pgmb.receivedIds("fine"));
    }

    @Test
    void aRegularExpressionWithoutAnEndIsNoDifferent() throws SQLException {
        pgmb.subscribe("endless", "e.payload ->> 'x' ~ '^(.+)(.+)(.+)(.+)(.+)b\\5\\4\\3\\2\\1d$'");
        pgmb.publish("a", "{\"x\": \"" + "a".repeat(300) + "b" + "x".repeat(300) + "d\"}");
        // The first one evaluates it together with the other, and cannot say which of them it was.
        pgmb.limitedTick();
        pgmb.limitedTick();
        assertThat(pgmb.text("select time_limit from pgmb.tick_trouble"))
                .as("more than the usual time")
                .isNull();
        assertQuarantineWithin(1, "endless");
        assertThat(pgmb.quarantine("fine")).isNull();
        assertDispatched(1);
    }

    @Test
    void whatComesBeforeTheEventThatTakesForEverIsMatched() throws SQLException {
        pgmb.subscribe("endless", "public.takes(case e.topic when 'endless' then 60000 else 0 end)");
        pgmb.publishNumbered("a", 130);
        String endless = pgmb.publish("endless");
        pgmb.publishNumbered("b", 69);
        assertDispatched(200);
        assertThat(pgmb.received("fine")).startsWith("a").endsWith("b").contains("endless");
        assertThat(pgmb.head("endless")).isBetween(120L, 130L);
        assertThat(pgmb.quarantine("endless")).isEqualTo("time limit");
        List<String> missed = pgmb.release("endless");
        assertThat(missed).contains(endless);
        assertThat(missed).isEqualTo(pgmb.receivedIds("fine").subList((int) pgmb.head("endless"), 200));
    }

    @Test
    void thoseThatOnlyTogetherTakeTooLongAreMatchedInSmallerSteps() throws SQLException {
        for (int n = 0; n < 3; n++) {
            pgmb.subscribe("slow-" + n, "public.takes(15 + 0 * " + n + ")");
        }
        pgmb.publishNumbered("a", 10);
        assertDispatched(10);
        for (int n = 0; n < 3; n++) {
            assertThat(pgmb.received("slow-" + n)).hasSize(10);
        }
        assertNothingIsLeft();
    }

    @Test
    void thoseThatTogetherTakeTooLongForOneEventAreGivenMoreTime() throws SQLException {
        for (int n = 0; n < 4; n++) {
            pgmb.subscribe("slow-" + n, "public.takes(200 + 0 * " + n + ")");
        }
        pgmb.publish("a");
        assertDispatched(1);
        for (int n = 0; n < 4; n++) {
            assertThat(pgmb.received("slow-" + n)).hasSize(1);
        }
        assertNothingIsLeft();
    }

    /** Not a word about conditions: what takes long are the deliveries. */
    @Test
    void oneThatAssignsForTooLongAssignsLess() throws SQLException {
        pgmb.run("create function public.wait_a_little() returns trigger language plpgsql as"
                + " 'begin perform pg_sleep(0.05 * cardinality(new.event_ids)); return new; end';"
                + " create trigger wait_a_little before insert on pgmb.subscription_events"
                + " for each row execute function public.wait_a_little()");
        pgmb.publishNumbered("a", 20);
        assertDispatched(20);
        assertThat(pgmb.number("select max(cardinality(event_ids)) from pgmb.subscription_events"))
                .isLessThan(20);
        assertThat(pgmb.rows("select * from pgmb.quarantines")).isEmpty();
    }

    /** As with a backlog of millions. */
    @Test
    void lookingForTheNextStepIsGivenMoreTime() throws SQLException {
        String cutStep = pgmb.text("select pg_get_functiondef('pgmb.cut_step(pgmb.ticks, boolean)'::regprocedure)");
        pgmb.run(cutStep.replaceFirst("begin\n", "begin perform pg_sleep(0.7);\n"));
        try {
            pgmb.publishNumbered("a", 10);
            assertDispatched(10);
            assertThat(pgmb.rows("select * from pgmb.quarantines")).isEmpty();
        } finally {
            pgmb.run(cutStep);
        }
    }

    /** The server was stopped for an hour, or its clock was set, while a condition was evaluated. */
    @Test
    void aSleepBlamesNobody() throws SQLException {
        pgmb.publish("a");
        String cutOff = "select pgmb.cut_off(t, c.no, 3600000) from pgmb.ticks t, pgmb.conditions c"
                + " where t.id = (select max(id) from pgmb.ticks) and not c.topical";
        pgmb.rows(cutOff);
        assertThat(pgmb.quarantine("fine")).isNull();
        pgmb.rows(cutOff);
        assertThat(pgmb.quarantine("fine")).isEqualTo("time limit");
    }

    @Test
    void aTickThatSomebodyCancelsBlamesNobody() throws Exception {
        pgmb.configure("condition_time_limit", "1 minute");
        pgmb.subscribe("slow", "public.takes(50000)");
        pgmb.publish("a");
        Pgmb ticking = sessions.open();
        int pid = ticking.backendPid();
        Future<Pgmb.Tick> tick = sessions.start(ticking::limitedTick);
        pgmb.awaitAsleep(pid);
        pgmb.run("select pg_cancel_backend(?)", pid);
        assertThatThrownBy(() -> Sessions.result(tick))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        assertNothingIsLeft();
    }

    @Test
    void theLimitEndsWithItsTransaction() throws SQLException {
        pgmb.publish("a");
        pgmb.limitedTick();
        assertThat(pgmb.text("show statement_timeout")).isEqualTo("1min");
        pgmb.rows("select pg_sleep(0.4)");
    }

    @Test
    void aTimeoutOfTheCallersOwnIsALimitAsWell() throws SQLException {
        pgmb.subscribe("endless", "public.takes(60000)");
        pgmb.publish("a");
        pgmb.run("set statement_timeout = '400ms'");
        pgmb.dispatch();
        assertThat(pgmb.received("fine")).containsExactly("a");
        assertThat(pgmb.quarantine("endless")).isEqualTo("time limit");
    }

    private void assertNothingIsLeft() throws SQLException {
        assertThat(pgmb.rows("select * from pgmb.quarantines")).isEmpty();
        for (int ticks = 0; ticks < 20; ticks++) {
            pgmb.run("delete from pgmb.subscriptions where group_id <> 'fine'");
            pgmb.publish("quick");
            pgmb.limitedDispatch();
        }
        assertThat(pgmb.rows("select * from pgmb.tick_trouble")).isEmpty();
    }

    private void assertQuarantineWithin(int most, String group) throws SQLException {
        for (int ticks = 0; pgmb.quarantine(group) == null; ticks++) {
            assertThat(ticks).as("ticks").isLessThan(most);
            assertThat(pgmb.limitedTick().more()).isTrue();
        }
    }

    /** Ticks until nothing is left; then the group of all events has received that many. */
    private void assertDispatched(int events) throws SQLException {
        pgmb.limitedDispatch();
        assertThat(pgmb.received("fine")).hasSize(events);
    }
}
