package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What of the log can be replayed, and that nothing is left out of it. */
class ReplayRetentionTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private String everything;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
    }

    private String dispatched(String topic) throws SQLException {
        String id = pgmb.publish(topic);
        pgmb.dispatch();
        return id;
    }

    private List<String> topics(String subscription, String from) throws SQLException {
        return pgmb.column("select topic from pgmb.replay_events('any', ?, ?, 1000)", subscription, from);
    }

    @Test
    void whatRetentionHasTakenIsRefusedAndNeverLeftOut() throws SQLException {
        everything = pgmb.subscribe("none", "e.topic = 'none'");
        String first = dispatched("1");
        String moment = pgmb.momentId();
        dispatched("2");
        // This id tells no time, and so is dispatched at once, from the last partition.
        pgmb.run("insert into pgmb.events (id, topic, payload) values ('pz', 'in eight days', '{}')");
        pgmb.run(
                "select pgmb.tick(); update pgmb.ticks set ticked_at = ticked_at + interval '8 days' where id = (select max(id) from pgmb.ticks)");
        String last = pgmb.text("select pgmb.create_event_id(now() + interval '8 days 1 hour', 0)");
        assertThat(pgmb.replay(everything, first)).isEmpty();
        // The ticks are still there.
        for (int step = 0; step < 30; step++) {
            pgmb.run("select pgmb.maintenance_step(?::timestamptz)", inDays(9));
        }
        assertThat(pgmb.column("select topic from pgmb.events")).containsExactly("in eight days");
        assertRefused(() -> pgmb.replay(everything, first));
        assertRefused(() -> pgmb.replay(everything, moment));
        assertThat(pgmb.replay(everything, last)).isEmpty();
    }

    /** By its id it is older than the retention period. */
    @Test
    void whatWasDispatchedWithinTheRetentionPeriodIsKept() throws SQLException {
        everything = pgmb.subscribe("none", Pgmb.ALL);
        dispatched("1");
        pgmb.run("delete from pgmb.subscription_events");
        String from = dispatched("2");
        pgmb.run("delete from pgmb.subscription_events;"
                + " update pgmb.ticks set ticked_at = ticked_at + interval '5 days' where id = 2");
        dispatched("3");
        pgmb.run("delete from pgmb.subscription_events;"
                + " update pgmb.ticks set ticked_at = ticked_at + interval '6 days' where id = 3");
        for (int day = 1; day <= 10; day++) {
            pgmb.maintainInSteps(inDays(day));
        }
        assertThat(topics(everything, from)).containsExactly("3");
        for (int day = 11; day <= 20; day++) {
            pgmb.maintainInSteps(inDays(day));
        }
        assertThat(pgmb.number("select count(*) from pgmb.events")).isZero();
    }

    @Test
    void whatIsCleanedUpMeanwhileIsNotLeftOut() throws Exception {
        everything = pgmb.subscribe("all", Pgmb.ALL);
        String from = dispatched("1");
        dispatched("2");
        dispatched("3");
        assertThat(topics(everything, from)).containsExactly("2", "3");
        while (pgmb.isTrue("select pgmb.maintenance_step(?::timestamptz)", inDays(9))) {}
        Pgmb client = sessions.open();
        int waiting = client.backendPid();
        pgmb.begin();
        // A replay looks at them when it knows its ticks.
        pgmb.run("lock table pgmb.subscription_topics in access exclusive mode");
        Future<List<String>> replayed = sessions.start(() -> client.replay(everything, from));
        sessions.open().awaitBlocked(waiting);
        pgmb.run("select pgmb.clean_up(?::timestamptz)", inDays(9));
        pgmb.commit();
        assertRefused(() -> Sessions.result(replayed));
    }

    private String inDays(int days) throws SQLException {
        return pgmb.text("select now() + ? * interval '1 day'", days);
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining("not all")
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM012"));
    }
}
