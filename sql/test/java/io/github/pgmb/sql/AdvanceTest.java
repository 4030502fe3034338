package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/** An acknowledgement succeeds once, in order, and only for the current owner. */
class AdvanceTest {
    private static final String GROUP = "group";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Ownership owned;

    @BeforeEach
    void ownTenEvents() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        owned = pgmb.own("a", GROUP);
        pgmb.register("b");
        pgmb.declare("b", GROUP);
        pgmb.publishNumbered("e", 10);
        pgmb.tick();
    }

    @Test
    void movesThePosition() throws SQLException {
        assertThat(pgmb.advance("a", owned, 0, 3)).isTrue();
        assertThat(pgmb.advance("a", owned, 3, 10)).isTrue();
        assertThat(pgmb.position(GROUP)).isEqualTo(10);
    }

    @Test
    void startsAtThePositionOnly() throws SQLException {
        pgmb.advance("a", owned, 0, 3);
        assertThat(pgmb.advance("a", owned, 0, 5)).isFalse();
        assertThat(pgmb.advance("a", owned, 2, 5)).isFalse();
        assertThat(pgmb.advance("a", owned, 4, 5)).isFalse();
        assertThat(pgmb.position(GROUP)).isEqualTo(3);
    }

    /** Read before a failover that lost it. */
    @Test
    void endsAtTheHeadAtTheLatest() throws SQLException {
        assertThat(pgmb.advance("a", owned, 0, 11)).isFalse();
        assertThat(pgmb.advance("a", owned, 0, 10)).isTrue();
        assertThat(pgmb.advance("a", owned, 10, 11)).isFalse();
        assertThat(pgmb.position(GROUP)).isEqualTo(10);
    }

    @Test
    void neverMovesBack() throws SQLException {
        pgmb.advance("a", owned, 0, 3);
        assertThatThrownBy(() -> pgmb.advance("a", owned, 3, 2)).hasMessageContaining("check");
        assertThatThrownBy(() -> pgmb.advance("a", owned, 3, 3)).hasMessageContaining("check");
    }

    @Test
    void isUndoneWithItsTransaction() throws SQLException {
        pgmb.begin();
        pgmb.advance("a", owned, 0, 3);
        pgmb.rollback();
        assertThat(pgmb.position(GROUP)).isZero();
        assertThat(pgmb.advance("a", owned, 0, 1)).isTrue();
    }

    @Test
    void aStaleOwnerNeitherAdvancesNorReads() throws SQLException {
        Ownership successor = takeOverFromTheDead();
        assertThat(pgmb.advance("a", owned, 0, 3)).isFalse();
        assertThat(sqlState(() -> pgmb.read("a", owned, 0, 10))).isEqualTo("PM003");
        assertThat(pgmb.advance("b", successor, 0, 3)).isTrue();
        assertThat(pgmb.read("b", successor, 3, 10)).hasSize(7);
    }

    @Test
    void anOldEpochOfTheSameNodeIsStale() throws SQLException {
        Ownership again = pgmb.takeOver("a").get(0);
        assertThat(pgmb.advance("a", owned, 0, 3)).isFalse();
        assertThat(sqlState(() -> pgmb.read("a", owned, 0, 10))).isEqualTo("PM003");
        assertThat(pgmb.advance("a", again, 0, 3)).isTrue();
    }

    @Test
    void nobodyAdvancesWhatNobodyOwns() throws SQLException {
        pgmb.handOver("a", owned);
        assertThat(pgmb.advance("a", owned, 0, 3)).isFalse();
        Ownership imagined = new Ownership(owned.groupNo(), owned.epoch() + 1, 0);
        assertThat(pgmb.advance("a", imagined, 0, 3)).isFalse();
        assertThat(sqlState(() -> pgmb.read("a", imagined, 0, 10))).isEqualTo("PM003");
    }

    @Test
    void ofTwoFromOnePositionOneFails() throws Exception {
        Pgmb first = sessions.open();
        Pgmb second = sessions.open();
        first.begin();
        second.begin();
        assertThat(first.advance("a", owned, 0, 3)).isTrue();
        int secondPid = second.backendPid();
        Future<String> other = sessions.start(() -> sqlState(() -> second.advance("a", owned, 0, 5)));
        pgmb.awaitBlocked(secondPid);
        first.commit();
        assertThat(Sessions.result(other)).isEqualTo("23505");
        assertThat(pgmb.position(GROUP)).isEqualTo(3);
    }

    @Test
    void theSecondOfTwoSucceedsWhereTheFirstRollsBack() throws Exception {
        Pgmb first = sessions.open();
        Pgmb second = sessions.open();
        first.begin();
        first.advance("a", owned, 0, 3);
        int secondPid = second.backendPid();
        Future<Boolean> other = sessions.start(() -> second.advance("a", owned, 0, 5));
        pgmb.awaitBlocked(secondPid);
        first.rollback();
        assertThat(Sessions.result(other)).isTrue();
        assertThat(pgmb.position(GROUP)).isEqualTo(5);
    }

    @Test
    void aLeaseRenewedMeanwhileDoesNotDisturbARepeatableReadHandler() throws SQLException {
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.read("a", owned, 0, 10);
        for (int i = 0; i < 3; i++) {
            assertThat(pgmb.isTrue("select pgmb.renew_lease('a')")).isTrue();
        }
        assertThat(handler.advance("a", owned, 0, 3)).isTrue();
        handler.commit();
        assertThat(pgmb.position(GROUP)).isEqualTo(3);
    }

    @Test
    void aTakeoverMeanwhileFencesARepeatableReadHandler() throws SQLException {
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.read("a", owned, 0, 10);
        Ownership successor = takeOverFromTheDead();
        assertThat(sqlState(() -> handler.advance("a", owned, 0, 3))).isEqualTo("40001");
        handler.rollback();
        assertThat(pgmb.advance("b", successor, 0, 1)).isTrue();
    }

    @Test
    void anAcknowledgementMeanwhileFencesARepeatableReadHandler() throws SQLException {
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.read("a", owned, 0, 10);
        pgmb.advance("a", owned, 0, 3);
        assertThat(sqlState(() -> handler.advance("a", owned, 0, 3))).isEqualTo("23505");
        handler.rollback();
        assertThat(pgmb.position(GROUP)).isEqualTo(3);
    }

    /** Nothing is left that a second acknowledgement from the same position would meet. */
    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void acknowledgementsThatAreCleanedUpFenceARepeatableReadHandler(int start) throws SQLException {
        for (int n = 0; n < start; n++) {
            pgmb.advance("a", owned, n, n + 1);
        }
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.read("a", owned, start, 10);
        for (int n = start; n < 5; n++) {
            pgmb.advance("a", owned, n, n + 1);
        }
        pgmb.run("select pgmb.clean_up(now())");
        assertThat(pgmb.number("select count(*) from pgmb.progress")).isEqualTo(1);
        assertThat(sqlState(() -> handler.advance("a", owned, start, 8))).isEqualTo("40001");
        handler.rollback();
        assertThat(pgmb.advance("a", owned, 5, 6)).isTrue();
    }

    @Test
    void cleaningUpMeanwhileDoesNotDisturbARepeatableReadHandler() throws SQLException {
        for (int n = 0; n < 3; n++) {
            pgmb.advance("a", owned, n, n + 1);
        }
        Pgmb handler = sessions.open();
        handler.begin(Session.REPEATABLE_READ);
        handler.read("a", owned, 3, 10);
        pgmb.run("select pgmb.clean_up(now())");
        assertThat(handler.advance("a", owned, 3, 8)).isTrue();
        assertThat(pgmb.number("select count(*) from pgmb.progress")).isEqualTo(1);
        pgmb.run("set lock_timeout = '1s'; select pgmb.clean_up(now()); reset lock_timeout");
        handler.commit();
        assertThat(pgmb.position(GROUP)).isEqualTo(8);
    }

    @Test
    void aNodeFrozenBeforeItsCommitIsCutOffWithinItsLease() throws Exception {
        pgmb.register("a", 500);
        Pgmb frozen = sessions.open();
        frozen.begin();
        assertThat(frozen.advance("a", owned, 0, 3)).isTrue();
        assertThat(frozen.text("show idle_in_transaction_session_timeout")).isEqualTo("500ms");

        long start = System.nanoTime();
        List<Ownership> taken = pgmb.takeOver("b");
        while (taken.isEmpty()) {
            Thread.sleep(20);
            taken = pgmb.takeOver("b");
        }
        assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(2_500_000_000L);
        assertThat(taken).containsExactly(new Ownership(owned.groupNo(), 2, 0));
        assertThat(pgmb.advance("b", taken.get(0), 0, 1)).isTrue();
        assertThatThrownBy(frozen::commit).isInstanceOf(SQLException.class);
        assertThat(pgmb.position(GROUP)).isEqualTo(1);
    }

    @Test
    void theTimeLimitEndsWithTheTransaction() throws SQLException {
        pgmb.advance("a", owned, 0, 3);
        assertThat(pgmb.text("show idle_in_transaction_session_timeout")).isEqualTo("0");
    }

    @Test
    void cleaningUpKeepsThePosition() throws SQLException {
        for (int n = 0; n < 10; n++) {
            pgmb.advance("a", owned, n, n + 1);
        }
        pgmb.run("select pgmb.clean_up(now())");
        assertThat(pgmb.position(GROUP)).isEqualTo(10);
        assertThat(pgmb.number("select count(*) from pgmb.progress")).isEqualTo(1);
        assertThat(pgmb.advance("a", owned, 0, 1)).isFalse();
        pgmb.publish("later");
        pgmb.tick();
        assertThat(pgmb.advance("a", owned, 10, 11)).isTrue();
    }

    @Test
    void cleaningUpKeepsThePositionOfTheNewestGeneration() throws SQLException {
        pgmb.advance("a", owned, 0, 9);
        pgmb.run(
                "insert into pgmb.progress (group_no, generation, from_pos, to_pos) values (?, 2, 0, 2)",
                owned.groupNo());
        assertThat(pgmb.advance("a", owned, 2, 4)).isTrue();
        pgmb.run("select pgmb.clean_up(now())");
        assertThat(pgmb.position(GROUP)).isEqualTo(4);
    }

    private Ownership takeOverFromTheDead() throws SQLException {
        pgmb.run("update pgmb.nodes set renewed_at = renewed_at - interval '1 minute' where node = 'a'");
        return pgmb.takeOver("b").get(0);
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
