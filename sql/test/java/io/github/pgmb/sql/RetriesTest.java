package io.github.pgmb.sql;

import static io.github.pgmb.sql.Pgmb.again;
import static io.github.pgmb.sql.Pgmb.dead;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Due;
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

/** What failed is set aside with the position, is given again when it is due, and settled once, by the current owner only. */
class RetriesTest {
    private static final String GROUP = "group";
    private static final String READ = "pgmb.read_retries(text, bigint, bigint, int)";
    private static final String NEXT = "pgmb.next_retry(bigint)";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Ownership owned;
    private List<String> ids;

    @BeforeEach
    void ownTenEvents() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        owned = pgmb.own("a", GROUP);
        pgmb.register("b");
        pgmb.declare("b", GROUP);
        pgmb.publishNumbered("e", 10);
        pgmb.tick();
        ids = pgmb.receivedIds(GROUP);
    }

    // setting aside

    @Test
    void whatIsSetAsideIsReadExactly() throws SQLException {
        assertThat(pgmb.setAside("a", owned, 0, 5, again(1, 0, ids.get(3), ids.get(0), ids.get(2))))
                .isTrue();
        assertThat(pgmb.position(GROUP)).isEqualTo(5);
        long no = onlyRetry();
        assertThat(pgmb.readRetries("a", owned, 10))
                .containsExactly(
                        new Due(no, 1, ids.get(3), "e"),
                        new Due(no, 1, ids.get(0), "e"),
                        new Due(no, 1, ids.get(2), "e"));
    }

    @Test
    void partsAreRetriesOfTheirOwn() throws SQLException {
        pgmb.setAside("a", owned, 0, 3, again(1, 0, ids.get(2)), dead(20, ids.get(1)), again(0, 0, ids.get(0)));
        assertThat(pgmb.readRetries("a", owned, 10)).extracting(Due::id).containsExactly(ids.get(2), ids.get(0));
        assertThat(pgmb.rows("select attempts, first_failed_at is null, last_failed_at is null, last_error"
                        + " from pgmb.retry_status order by retry_no"))
                .containsExactly(List.of("1", "f", "f", "failed 1 times"), List.of("0", "t", "t", "failed 0 times"));
        assertThat(pgmb.deadLetters(GROUP)).containsExactly(ids.get(1));
    }

    @Test
    void nothingIsSetAsideFromAnotherPosition() throws SQLException {
        pgmb.advance("a", owned, 0, 3);
        assertThat(pgmb.setAside("a", owned, 0, 5, again(1, 0, ids.get(0)))).isFalse();
        assertThat(pgmb.setAside("a", owned, 4, 5, again(1, 0, ids.get(0)))).isFalse();
        assertThat(pgmb.setAside("a", owned, 3, 11, dead(1, ids.get(0)))).isFalse();
        assertNothingIsKept();
        assertThat(pgmb.position(GROUP)).isEqualTo(3);
    }

    @Test
    void aStaleOwnerSetsNothingAside() throws SQLException {
        Ownership successor = takeOverFromTheDead();
        assertThat(pgmb.setAside("a", owned, 0, 3, again(1, 0, ids.get(0)))).isFalse();
        Ownership imagined = new Ownership(owned.groupNo(), owned.epoch(), 0);
        assertThat(pgmb.setAside("b", imagined, 0, 3, again(1, 0, ids.get(0)))).isFalse();
        assertNothingIsKept();
        assertThat(pgmb.setAside("b", successor, 0, 3, again(1, 0, ids.get(0)))).isTrue();
    }

    @Test
    void whoeverRollsBackSetsNothingAside() throws SQLException {
        pgmb.begin();
        pgmb.setAside("a", owned, 0, 3, again(1, 0, ids.get(0)), dead(1, ids.get(1)));
        pgmb.rollback();
        assertNothingIsKept();
        assertThat(pgmb.position(GROUP)).isZero();
    }

    /** What cannot be written takes the position back with it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"event_ids\": [], \"attempts\": 1, \"delay_ms\": 0}]",
                "[{\"attempts\": 1, \"delay_ms\": 0}]",
                "[{\"event_ids\": [\"x\"], \"delay_ms\": 0}]",
                "[{\"event_ids\": [\"x\"], \"attempts\": 1, \"reason\": \"gone\"}]",
                "[{\"event_ids\": [\"x\"], \"attempts\": 1, \"message\": \"no reason\"}]",
                "{}",
                "[1]",
            })
    void whatIsNoFailureIsRefused(String failed) throws SQLException {
        assertThat(sqlState(() -> pgmb.text(
                        "select pgmb.set_aside('a', ?, ?, 0, 3, ?::jsonb)", owned.groupNo(), owned.epoch(), failed)))
                .matches("2[23].*");
        assertNothingIsKept();
        assertThat(pgmb.position(GROUP)).isZero();
    }

    /** Ids are chosen by publishers, and may be anything. */
    @Test
    void oddIdsAreKeptAsTheyAre() throws SQLException {
        List<String> odd = List.of("", "a", "{x,y}", "NULL", "ä'’");
        for (String id : odd) {
            pgmb.run("insert into pgmb.events (id, topic, payload) values (?, 'odd', '1')", id);
        }
        pgmb.dispatch();
        pgmb.setAside("a", owned, 0, 15, again(1, 0, odd.toArray(String[]::new)));
        List<Due> due = pgmb.readRetries("a", owned, 10);
        assertThat(due).extracting(Due::id).containsExactlyElementsOf(odd);
        assertThat(due).extracting(Due::topic).containsOnly("odd");
        assertThat(pgmb.settle("a", owned, due.get(0).retryNo(), dead(2, odd.toArray(String[]::new))))
                .isTrue();
        assertThat(pgmb.deadLetters(GROUP)).containsExactlyInAnyOrderElementsOf(odd);
        assertThat(pgmb.column("select event_id from pgmb.list_dead_letters(?, '', 9)", GROUP))
                .hasSize(4);
        pgmb.run("delete from pgmb.events where topic = 'odd'");
    }

    // reading

    @Test
    void onlyTheOwnerReads() throws SQLException {
        pgmb.setAside("a", owned, 0, 3, again(1, 0, ids.get(0)));
        Ownership successor = takeOverFromTheDead();
        assertThat(sqlState(() -> pgmb.readRetries("a", owned, 10))).isEqualTo("PM003");
        assertThat(pgmb.readRetries("b", successor, 10)).extracting(Due::id).containsExactly(ids.get(0));
    }

    @Test
    void whatIsReadAtOnceIsBoundedByWholeRetries() throws SQLException {
        pgmb.setAside(
                "a",
                owned,
                0,
                10,
                again(1, 0, ids.get(0), ids.get(1), ids.get(2)),
                again(1, 1, ids.get(3), ids.get(4)),
                again(1, 2, ids.get(5)));
        pgmb.run("select pg_sleep(0.01)");
        assertThat(pgmb.readRetries("a", owned, 1)).extracting(Due::id).containsExactlyElementsOf(ids.subList(0, 3));
        assertThat(pgmb.readRetries("a", owned, 3)).hasSize(3);
        assertThat(pgmb.readRetries("a", owned, 4)).extracting(Due::id).containsExactlyElementsOf(ids.subList(0, 5));
        assertThat(pgmb.readRetries("a", owned, 6)).extracting(Due::id).containsExactlyElementsOf(ids.subList(0, 6));
    }

    /** Seven days; neither before, nor later than the clock of the database says. */
    @Test
    void isDueByTheClockOfTheDatabase() throws SQLException {
        pgmb.setAside("a", owned, 0, 1, again(1, 7 * 86_400_000L, ids.get(0)));
        try {
            for (String early : List.of("'0'", "'6 days 23:59:50'", "'-365 days'")) {
                setClock("(clock_timestamp() + interval " + early + ")");
                assertThat(pgmb.readRetries("a", owned, 9)).isEmpty();
                assertThat(pgmb.isTrue("select due_in > '5 s' from pgmb.next_retry(?)", owned.groupNo()))
                        .isTrue();
            }
            setClock("(clock_timestamp() + interval '7 days')");
            assertThat(pgmb.readRetries("a", owned, 9)).extracting(Due::id).containsExactly(ids.get(0));
            assertThat(pgmb.isTrue("select due_in <= '0' from pgmb.next_retry(?)", owned.groupNo()))
                    .isTrue();
        } finally {
            pgmb.reinstall();
        }
    }

    private void setClock(String expression) throws SQLException {
        pgmb.install();
        pgmb.setClock(READ, expression);
        pgmb.setClock(NEXT, expression);
    }

    @Test
    void tellsWhenTheNextOneIsDueAndWhetherOneBlocks() throws SQLException {
        assertThat(next()).containsExactly(null, "f");
        pgmb.setAside("a", owned, 0, 2, again(1, 600_000, ids.get(0)), again(1, 300_000, ids.get(1)));
        assertThat(pgmb.isTrue("select due_in between '290 s' and '300 s' from pgmb.next_retry(?)", owned.groupNo()))
                .isTrue();
        assertThat(next().get(1)).isEqualTo("f");
        pgmb.setAside("a", owned, 2, 3, again(1, 900_000, ids.get(2)).replace("{", "{\"blocks\": true, "));
        assertThat(next().get(1)).isEqualTo("t");
        pgmb.setAside("a", owned, 3, 4, again(1, -60_000, ids.get(3)));
        assertThat(pgmb.isTrue("select due_in < '-59 s' from pgmb.next_retry(?)", owned.groupNo()))
                .isTrue();
        assertThat(pgmb.rows("select retries, next_retry_at < now() from pgmb.group_status where group_id = ?", GROUP))
                .containsExactly(List.of("4", "t"));
    }

    // settling

    @Test
    void isSettledOnce() throws SQLException {
        long no = setOneAside();
        assertThat(pgmb.settle("a", owned, no)).isTrue();
        assertThat(pgmb.settle("a", owned, no)).isFalse();
        assertThat(pgmb.settle("a", owned, no, dead(1, ids.get(0)))).isFalse();
        assertNothingIsKept();
    }

    @Test
    void whatFailsAgainKeepsWhenItFailedFirst() throws SQLException {
        long no = setOneAside();
        String first = pgmb.text("select first_failed_at from pgmb.retry_status");
        assertThat(pgmb.settle("a", owned, no, again(2, 0, ids.get(0)))).isTrue();
        assertThat(pgmb.rows(
                        "select attempts, first_failed_at, last_failed_at > first_failed_at, retry_no > ? from"
                                + " pgmb.retry_status",
                        no))
                .containsExactly(List.of("2", first, "t", "t"));
        pgmb.settle("a", owned, onlyRetry(), dead(3, ids.get(0)));
        assertThat(pgmb.rows(
                        "select attempts, first_failed_at, reason, message, topic, payload ->> 'n'"
                                + " from pgmb.list_dead_letters(?)",
                        GROUP))
                .containsExactly(List.of("3", first, "attempts", "failed 3 times", "e", "1"));
    }

    @Test
    void aStaleOwnerSettlesNothing() throws SQLException {
        long no = setOneAside();
        Ownership successor = takeOverFromTheDead();
        assertThat(pgmb.settle("a", owned, no, dead(2, ids.get(0)))).isFalse();
        assertThat(pgmb.settle("b", owned, no)).isFalse();
        assertThat(pgmb.deadLetters(GROUP)).isEmpty();
        assertThat(pgmb.settle("b", successor, no)).isTrue();
    }

    @Test
    void nobodySettlesWhatIsOfAnotherGroup() throws SQLException {
        long no = setOneAside();
        Ownership other = pgmb.own("a", "other");
        assertThat(pgmb.settle("a", other, no)).isFalse();
        assertThat(onlyRetry()).isEqualTo(no);
    }

    @Test
    void aPromotionFencesWhoeverReadBefore() throws SQLException {
        long no = setOneAside();
        pgmb.run("update pgmb.group_owner set epoch = epoch + (5::bigint << 32)");
        Ownership elsewhere = new Ownership(owned.groupNo(), owned.epoch() + (5L << 32), 1);
        assertThat(sqlState(() -> pgmb.readRetries("a", elsewhere, 9))).isEqualTo("PM003");
        assertThat(pgmb.settle("a", elsewhere, no)).isFalse();
        assertThat(pgmb.setAside("a", elsewhere, 1, 2, dead(1, ids.get(1)))).isFalse();
        assertThat(onlyRetry()).isEqualTo(no);
    }

    @Test
    void ofTwoAtOnceOneSettles() throws Exception {
        long no = setOneAside();
        Pgmb first = sessions.open();
        Pgmb second = sessions.open();
        first.begin();
        assertThat(first.settle("a", owned, no, again(2, 0, ids.get(0)))).isTrue();
        int pid = second.backendPid();
        Future<Boolean> other = sessions.start(() -> second.settle("a", owned, no, dead(2, ids.get(0))));
        pgmb.awaitBlocked(pid);
        first.commit();
        assertThat(Sessions.result(other)).isFalse();
        assertThat(pgmb.deadLetters(GROUP)).isEmpty();
        assertThat(onlyRetry()).isNotEqualTo(no);
    }

    @Test
    void theSecondOfTwoSettlesWhereTheFirstRollsBack() throws Exception {
        long no = setOneAside();
        Pgmb first = sessions.open();
        Pgmb second = sessions.open();
        first.begin();
        first.settle("a", owned, no, again(2, 0, ids.get(0)));
        int pid = second.backendPid();
        Future<Boolean> other = sessions.start(() -> second.settle("a", owned, no));
        pgmb.awaitBlocked(pid);
        first.rollback();
        assertThat(Sessions.result(other)).isTrue();
        assertNothingIsKept();
    }

    @Test
    void nobodyTakesTheGroupOverWhileItIsSettled() throws SQLException {
        long no = setOneAside();
        Pgmb handler = sessions.open();
        handler.begin();
        handler.settle("a", owned, no, again(2, 0, ids.get(0)));
        expireA();
        assertThat(pgmb.takeOver("b")).isEmpty();
        handler.commit();
        Ownership successor = pgmb.takeOver("b").get(0);
        assertThat(pgmb.readRetries("b", successor, 9)).containsExactly(new Due(onlyRetry(), 2, ids.get(0), "e"));
    }

    @Test
    void settlementsMeanwhileFenceARepeatableReadHandler() throws SQLException {
        long no = setOneAside();
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.readRetries("a", owned, 9);
        pgmb.settle("a", owned, no);
        assertThat(sqlState(() -> handler.settle("a", owned, no))).isEqualTo("40001");
        handler.rollback();
    }

    @Test
    void aTakeoverMeanwhileFencesARepeatableReadHandler() throws SQLException {
        long no = setOneAside();
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.readRetries("a", owned, 9);
        Ownership successor = takeOverFromTheDead();
        assertThat(sqlState(() -> handler.settle("a", owned, no))).isEqualTo("40001");
        handler.rollback();
        assertThat(pgmb.settle("b", successor, no)).isTrue();
    }

    @Test
    void aLeaseRenewedMeanwhileDoesNotDisturbARepeatableReadHandler() throws SQLException {
        long no = setOneAside();
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.readRetries("a", owned, 9);
        pgmb.isTrue("select pgmb.renew_lease('a')");
        assertThat(handler.settle("a", owned, no)).isTrue();
        handler.commit();
    }

    /** It would keep a dead letter without its event. */
    @Test
    void anOldSnapshotThatDoesNotShowTheLogMakesNoDeadLetter() throws SQLException {
        long no = setOneAside();
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.number("select count(*) from pgmb.retries");
        // As when a partition is split.
        pgmb.run(
                "begin; with e as (delete from pgmb.events where id = '" + ids.get(0) + "' returning *)"
                        + " insert into pgmb.events select * from e; update pgmb.replay_window set after_tick = after_tick; commit");
        assertThat(sqlState(() -> handler.settle("a", owned, no, dead(2, ids.get(0)))))
                .isEqualTo("40001");
        handler.rollback();
        assertThat(pgmb.settle("a", owned, no, dead(2, ids.get(0)))).isTrue();
    }

    @Test
    void whoeverIsFrozenBeforeTheCommitIsCutOffWithinTheLease() throws SQLException {
        long no = setOneAside();
        pgmb.register("a", 500);
        Pgmb frozen = sessions.open();
        frozen.begin();
        frozen.settle("a", owned, no);
        assertThat(frozen.text("show idle_in_transaction_session_timeout")).isEqualTo("500ms");
        frozen.rollback();
    }

    // beside the rest

    /** It is tried again where it was, and received again where the group stands. */
    @Test
    void aMovedGroupKeepsItsRetries() throws SQLException {
        long no = setOneAside();
        pgmb.text("select pgmb.move_group(?, ?)", GROUP, ids.get(4));
        assertThat(pgmb.settle("a", owned, no)).as("fenced").isFalse();
        Ownership again = pgmb.takeOver("a").get(0);
        assertThat(again.position()).isEqualTo(5);
        assertThat(pgmb.readRetries("a", again, 9)).extracting(Due::retryNo).containsExactly(no);
        assertThat(pgmb.settle("a", again, no)).isTrue();
    }

    @Test
    void cleaningUpDeletesNoRetry() throws SQLException {
        long no = setOneAside();
        pgmb.run("select pgmb.clean_up(now() + interval '90 days')");
        pgmb.run("update pgmb.subscription_groups set declaration = null, created_at = now() - interval '90 days';"
                + " delete from pgmb.subscriptions; delete from pgmb.nodes; delete from pgmb.subscription_events");
        pgmb.run("select pgmb.clean_up(now() + interval '30 days')");
        assertThat(onlyRetry()).isEqualTo(no);
        pgmb.run("delete from pgmb.retries; select pgmb.clean_up(now() + interval '30 days')");
        assertThat(pgmb.column("select id from pgmb.subscription_groups")).isEmpty();
    }

    @Test
    void goesWithItsGroup() throws SQLException {
        setOneAside();
        pgmb.run("delete from pgmb.subscription_groups");
        assertNothingIsKept();
    }

    private long setOneAside() throws SQLException {
        assertThat(pgmb.setAside("a", owned, 0, 1, again(1, 0, ids.get(0)))).isTrue();
        return onlyRetry();
    }

    private long onlyRetry() throws SQLException {
        return pgmb.number("select retry_no from pgmb.retry_status");
    }

    private List<String> next() throws SQLException {
        return pgmb.rows("select due_in, blocks from pgmb.next_retry(?)", owned.groupNo())
                .get(0);
    }

    private void assertNothingIsKept() throws SQLException {
        assertThat(pgmb.column("select no from pgmb.retries union all select group_no from pgmb.dead_letters"))
                .isEmpty();
    }

    private Ownership takeOverFromTheDead() throws SQLException {
        expireA();
        return pgmb.takeOver("b").get(0);
    }

    private void expireA() throws SQLException {
        pgmb.run("update pgmb.nodes set renewed_at = renewed_at - interval '1 minute' where node = 'a'");
    }

    private interface Call {
        Object run() throws SQLException;
    }

    private static String sqlState(Call call) {
        try {
            return "returned " + call.run();
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
