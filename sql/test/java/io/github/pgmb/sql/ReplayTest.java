package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything a subscription would have received after an event, in the order of dispatch. */
class ReplayTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static int groups;

    private final String group = "group-" + ++groups;
    private Pgmb pgmb;
    private String everything;

    @BeforeEach
    void subscribe() throws SQLException {
        pgmb = sessions.open();
        pgmb.configure("poll_chunk_size", "50000");
        pgmb.dispatch();
        everything = pgmb.subscribe(group, Pgmb.ALL);
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
    void replaysWhatCameAfter() throws SQLException {
        dispatched("1");
        String from = dispatched("2");
        dispatched("3");
        dispatched("4");
        assertThat(topics(everything, from)).containsExactly("3", "4");
        assertThat(pgmb.rows(
                        "select topic, payload, metadata, subscription_id from pgmb.replay_events(null, ?, ?, 1)"
                                + " where topic = '4'",
                        everything,
                        pgmb.replay(everything, from).get(0)))
                .containsExactly(Arrays.asList("4", "{}", null, null));
    }

    @Test
    void whatCommittedLateIsReplayedThoughItsIdIsOlder() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late");
        String from = dispatched("1");
        late.commit();
        dispatched("2");
        assertThat(topics(everything, from)).containsExactly("late", "2");
    }

    @Test
    void fromAnEventThatCommittedLate() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        String from = late.publish("late");
        late.publish("later");
        dispatched("1");
        late.commit();
        dispatched("2");
        dispatched("3");
        assertThat(topics(everything, from)).containsExactly("later", "2", "3");
    }

    @Test
    void fromAMomentWithWhatWasCommittedSince() throws SQLException {
        Pgmb late = sessions.open();
        late.begin();
        late.publish("late");
        dispatched("1");
        String from = pgmb.momentId();
        dispatched("2");
        late.commit();
        dispatched("3");
        assertThat(topics(everything, from)).containsExactly("2", "late", "3");
        assertThat(topics(everything, pgmb.momentId())).isEmpty();
    }

    @Test
    void anEventThatIsNotInTheLogStandsForItsMoment() throws SQLException {
        dispatched("1");
        String deleted = dispatched("2");
        dispatched("3");
        pgmb.run("delete from pgmb.events where id = ?", deleted);
        assertThat(topics(everything, deleted)).containsExactly("3");
    }

    @Test
    void nothingCameAfterAnEventThatIsNotDispatched() throws SQLException {
        dispatched("1");
        assertThat(topics(everything, pgmb.publish("2"))).isEmpty();
    }

    @Test
    void eachEventOfATickHasItsPlace() throws SQLException {
        List<String> ids = pgmb.column("insert into pgmb.events (topic, payload)"
                + " select n::text, '{}' from generate_series(1, 5) n returning id");
        pgmb.dispatch();
        for (int n = 0; n < 5; n++) {
            assertThat(pgmb.replay(everything, ids.get(n))).isEqualTo(ids.subList(n + 1, 5));
        }
    }

    @Test
    void aWindowInStepsIsReplayedAsFarAsItIsDispatched() throws SQLException {
        pgmb.configure("poll_chunk_size", "10");
        String from = dispatched("0");
        pgmb.publishNumbered("a", 25);
        pgmb.tick();
        pgmb.tick();
        assertThat(pgmb.replay(everything, from)).hasSize(20);
        pgmb.dispatch();
        List<String> all = pgmb.replay(everything, from);
        assertThat(all).hasSize(25);
        assertThat(pgmb.replay(everything, all.get(4))).isEqualTo(all.subList(5, 25));
        assertThat(pgmb.replay(everything, all.get(14))).isEqualTo(all.subList(15, 25));
    }

    /** It is not lost either: whoever goes on reading receives it. */
    @Test
    void whatAnUncommittedTickDispatchesIsLeftToReading() throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        pgmb.publish("3");
        Pgmb ticker = sessions.open();
        ticker.begin();
        ticker.tick();
        assertThat(topics(everything, from)).containsExactly("2");
        long read = pgmb.head(group);
        ticker.commit();
        assertThat(pgmb.head(group)).isEqualTo(read + 1);
        assertThat(pgmb.received(group)).containsExactly("1", "2", "3");
        assertThat(topics(everything, from)).containsExactly("2", "3");
    }

    @Test
    void aTickThatIsRolledBackIsNotReplayed() throws SQLException {
        String from = dispatched("1");
        pgmb.publish("2");
        pgmb.begin();
        pgmb.tick();
        pgmb.rollback();
        assertThat(topics(everything, from)).isEmpty();
        pgmb.dispatch();
        assertThat(topics(everything, from)).containsExactly("2");
    }

    @Test
    void onlyWhatTheConditionSays() throws SQLException {
        String odd =
                pgmb.subscribe("conditions", "(e.payload->>'n')::int % 2 = (s.params->>'rest')::int", "{\"rest\": 1}");
        pgmb.subscribe("conditions", "(e.payload->>'n')::int % 2 = (s.params->>'rest')::int", "{\"rest\": 0}");
        String from = dispatched("1");
        pgmb.publishNumbered("a", 5);
        pgmb.dispatch();
        assertThat(pgmb.column("select payload->>'n' from pgmb.replay_events('any', ?, ?, 100)", odd, from))
                .containsExactly("1", "3", "5");
    }

    @Test
    void onlyTheTopics() throws SQLException {
        String subscription = pgmb.subscribeToTopics("topics", "a", "b.*");
        String from = dispatched("a");
        for (String topic : List.of("a", "b", "b.c", "c", "b.d.e", "a")) {
            dispatched(topic);
        }
        assertThat(topics(subscription, from)).containsExactly("a", "b.c", "b.d.e", "a");
    }

    @Test
    void whatIsAddressedGoesToItsSubscriptionOnly() throws SQLException {
        String nothing = pgmb.subscribe("addressed", "false");
        String from = dispatched("1");
        pgmb.publishTo(nothing, "for it");
        dispatched("2");
        assertThat(topics(nothing, from)).containsExactly("for it");
        assertThat(topics(everything, from)).containsExactly("2");
    }

    @Test
    void aSubscriptionThatCameLaterIsGivenWhatItWouldHaveReceived() throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        assertThat(topics(pgmb.subscribe("later", "e.topic = '2'"), from)).containsExactly("2");
    }

    /** A condition gives up after some failures in a tick; the failures of many ticks are not added up. */
    @Test
    void eventsOnWhichTheConditionFailsAreLeftOutAndNoOthers() throws SQLException {
        String subscription = pgmb.subscribe("failing", "1 / (e.payload->>'n')::int < 2");
        String from = dispatched("1");
        for (int n = 0; n < 60; n++) {
            pgmb.publish("a", "{\"n\": " + n % 2 + "}");
            pgmb.dispatch();
        }
        assertThat(pgmb.replay(subscription, from)).hasSize(30).isEqualTo(pgmb.receivedIds("failing"));
    }

    @Test
    void acrossEras() throws SQLException {
        String from = dispatched("1");
        dispatched("2");
        pgmb.publish("3");
        OtherCluster.restore(pgmb, 200);
        pgmb.publish("4");
        pgmb.dispatch();
        OtherCluster.useUpTransactions(pgmb, 400);
        String later = dispatched("5");
        dispatched("6");
        assertThat(topics(everything, from)).containsExactly("2", "3", "4", "5", "6");
        assertThat(topics(everything, later)).containsExactly("6");
    }

    @Test
    void moreThanAllowedAreRefused() throws SQLException {
        String from = dispatched("1");
        pgmb.publishNumbered("a", 3);
        pgmb.dispatch();
        String replay = "select count(*) from pgmb.replay_events('any', ?, ?, ?)";
        assertThat(pgmb.number(replay, everything, from, 3)).isEqualTo(3);
        assertRefused("PM011", "more than 2 events", () -> pgmb.number(replay, everything, from, 2));
        assertThat(pgmb.number("select count(*) from pgmb.replay_events('any', ?, ?, null)", everything, from))
                .isEqualTo(3);
    }

    @Test
    void whatIsNoIdIsRefused() throws SQLException {
        String from = dispatched("1");
        assertRefused("PM013", "no subscription 'su1'", () -> pgmb.replay("su1", from));
        for (String wrong : new String[] {"", "pm", from + "0", from.toUpperCase(Locale.ROOT), null}) {
            assertRefused("PM013", "not the id of an event", () -> pgmb.replay(everything, wrong));
        }
    }

    /** Else the rest of the replay would be empty, and look complete. */
    @Test
    void whoGoesIntoQuarantineMeanwhileIsToldSo() throws Exception {
        assertRefusedIfMeanwhile(
                "insert into pgmb.quarantines (subscription_no, reason, message, tick, after_seq)"
                        + " select s.no, 'failures', 'some', 1, 0 from pgmb.subscriptions s where s.id = ?",
                "PM015",
                "is in quarantine");
        pgmb.run("delete from pgmb.quarantines");
    }

    @Test
    void whoUnsubscribesMeanwhileIsToldSo() throws Exception {
        assertRefusedIfMeanwhile("delete from pgmb.subscriptions where id = ?", "PM013", "no subscription");
    }

    private void assertRefusedIfMeanwhile(String change, String sqlState, String message) throws Exception {
        String from = dispatched("0");
        pgmb.configure("poll_chunk_size", "10");
        pgmb.publishNumbered("a", 25);
        pgmb.dispatch();
        Pgmb client = sessions.open();
        int waiting = client.backendPid();
        pgmb.begin();
        // Which each of the steps looks at.
        pgmb.run("lock table pgmb.subscription_topics in access exclusive mode");
        Future<List<String>> replayed = sessions.start(() -> client.replay(everything, from));
        sessions.open().awaitBlocked(waiting);
        pgmb.run(change, everything);
        pgmb.commit();
        assertRefused(sqlState, message, () -> Sessions.result(replayed));
    }

    @Test
    void aRoleThatMayReadMayReplay() throws SQLException {
        String from = dispatched("1");
        pgmb.run("begin read only");
        assertThat(pgmb.replay(everything, from)).isEmpty();
        pgmb.commit();
    }

    private static void assertRefused(String sqlState, String message, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(message)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
    }
}
