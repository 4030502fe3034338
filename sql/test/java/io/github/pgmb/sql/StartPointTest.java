package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscription receives at least every event that is committed after its own commit. */
class StartPointTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static int groups;

    private final String group = "group-" + ++groups;
    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
        pgmb.dispatch();
    }

    @Test
    void anEventInsertedBeforeAndCommittedAfterTheSubscriptionIsReceived() throws SQLException {
        Pgmb writer = sessions.open();
        writer.begin();
        writer.publish("inserted before");
        pgmb.publish("makes a tick");
        pgmb.tick();
        pgmb.subscribe(group, Pgmb.ALL);
        writer.commit();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("inserted before");
    }

    @Test
    void aSubscriptionCommittedAfterTheTransactionOfTheTickBeganIsSeen() throws SQLException {
        Pgmb ticker = sessions.open();
        ticker.begin();
        ticker.tick();
        pgmb.subscribe(group, Pgmb.ALL);
        pgmb.publish("a");
        ticker.tick();
        ticker.commit();
        assertThat(pgmb.received(group)).containsExactly("a");
    }

    @Test
    void anUncommittedSubscriptionReceivesNothing() throws SQLException {
        Pgmb subscriber = sessions.open();
        subscriber.begin();
        subscriber.subscribe(group, Pgmb.ALL);
        pgmb.publish("before");
        pgmb.tick();
        subscriber.commit();
        pgmb.publish("after");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("after");
    }

    @Test
    void subscribingAndPublishingInOneTransactionReceives() throws SQLException {
        pgmb.begin();
        pgmb.publish("inserted before");
        pgmb.subscribe(group, Pgmb.ALL);
        pgmb.commit();
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("inserted before");
    }

    /** As a rolling deployment does it, in the middle of a tick: whichever condition counts, the event matches both. */
    @ParameterizedTest
    @ValueSource(strings = {"public.waiting() and e.topic = 'a'", "e.topic = 'a'"})
    void aConditionThatIsReplacedDuringATickLosesNothing(String condition) throws Exception {
        pgmb.run(
                "create or replace function public.waiting() returns boolean language plpgsql stable as"
                        + " 'begin perform pg_advisory_lock_shared(1); perform pg_advisory_unlock_shared(1); return true; end'");
        pgmb.register("node");
        pgmb.subscribe("waiting", "public.waiting()");
        pgmb.declare("node", group, condition);
        pgmb.run("select pg_advisory_lock(1)");
        pgmb.publish("a");
        Pgmb ticker = sessions.open();
        int tickerPid = ticker.backendPid();
        Future<Pgmb.Tick> tick = sessions.start(ticker::tick);
        pgmb.awaitBlocked(tickerPid);
        pgmb.declare("node", group, "e.topic in ('a', 'b')");
        pgmb.run("select pg_advisory_unlock(1)");
        Sessions.result(tick);
        pgmb.dispatch();
        assertThat(pgmb.received(group)).containsExactly("a");
    }
}
