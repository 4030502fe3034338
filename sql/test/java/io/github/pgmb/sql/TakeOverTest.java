package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may take a group over, and when. */
class TakeOverTest {
    private static final String GROUP = "group";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void twoNodes() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        pgmb.register("a");
        pgmb.register("b");
    }

    @Test
    void takesAFreeGroup() throws SQLException {
        long groupNo = pgmb.declare("a", GROUP);
        assertThat(pgmb.takeOver("a")).containsExactly(new Ownership(groupNo, 1, 0));
    }

    @Test
    void takesOnlyWhatItDeclares() throws SQLException {
        pgmb.declare("a", GROUP);
        pgmb.declare("b", "other");
        assertThat(pgmb.takeOver("a")).hasSize(1);
        assertThat(pgmb.takeOver("a", pgmb.groupNo(GROUP))).isEmpty();
    }

    @Test
    void aNodeThatIsNotRegisteredCannotDeclare() {
        assertThatThrownBy(() -> pgmb.declare("stranger", GROUP)).hasMessageContaining("node_groups");
    }

    /** Seconds since the owner renewed its lease of ten; negative means by a clock that was set back since. */
    @ParameterizedTest
    @CsvSource({"0, false", "8, false", "11, true", "3600, true", "-0.5, false", "-5, true", "-3600, true"})
    void dependsOnTheLeaseByTheClockOfTheDatabase(double secondsAgo, boolean free) throws SQLException {
        pgmb.declare("a", GROUP);
        pgmb.declare("b", GROUP);
        pgmb.takeOver("a");
        renewed("a", secondsAgo);
        assertThat(pgmb.takeOver("b")).hasSize(free ? 1 : 0);
    }

    @Test
    void theLeaseDoesNotStandStillInALongTransaction() throws SQLException {
        pgmb.register("a", 300);
        pgmb.declare("a", GROUP);
        pgmb.declare("b", GROUP);
        pgmb.takeOver("a");
        Pgmb longOne = sessions.open();
        longOne.begin();
        assertThat(longOne.takeOver("b")).isEmpty();
        longOne.run("select pg_sleep(0.4)");
        assertThat(longOne.takeOver("b")).hasSize(1);
        longOne.commit();
    }

    @Test
    void theEpochRisesWithEachOwner() throws SQLException {
        pgmb.declare("a", GROUP);
        pgmb.declare("b", GROUP);
        assertThat(pgmb.takeOver("a")).extracting(Ownership::epoch).containsExactly(1L);
        renewed("a", 60);
        assertThat(pgmb.takeOver("b")).extracting(Ownership::epoch).containsExactly(2L);
        renewed("b", 60);
        renewed("a", 0);
        assertThat(pgmb.takeOver("a")).extracting(Ownership::epoch).containsExactly(3L);
    }

    @Test
    void aNodeTakesAgainWhatItDoesNotHold() throws SQLException {
        long groupNo = pgmb.declare("a", GROUP);
        pgmb.takeOver("a");
        assertThat(pgmb.takeOver("a", groupNo)).isEmpty();
        assertThat(pgmb.takeOver("a")).containsExactly(new Ownership(groupNo, 2, 0));
    }

    @Test
    void ofManyNodesOneBecomesTheOwner() throws Exception {
        List<Callable<List<Ownership>>> nodes = new ArrayList<>();
        for (int n = 0; n < 8; n++) {
            String node = "node-" + n;
            pgmb.register(node);
            for (int group = 0; group < 10; group++) {
                pgmb.declare(node, "group-" + group);
            }
            nodes.add(new HoldingNode(sessions.open(), node)::takeMore);
        }
        List<Ownership> taken = new ArrayList<>();
        // Whoever meets a locked row leaves it: what nobody took in the first round is taken in a later one.
        for (int round = 0; round < 5; round++) {
            sessions.atOnce(nodes).forEach(taken::addAll);
        }
        assertThat(taken).extracting(Ownership::groupNo).hasSize(10).doesNotHaveDuplicates();
        assertThat(taken).extracting(Ownership::epoch).containsOnly(1L);
    }

    private record HoldingNode(Pgmb session, String node, List<Long> held) {
        HoldingNode(Pgmb session, String node) {
            this(session, node, new ArrayList<>());
        }

        List<Ownership> takeMore() throws SQLException {
            List<Ownership> taken = session.takeOver(
                    node, held.stream().mapToLong(Long::longValue).toArray());
            taken.forEach(ownership -> held.add(ownership.groupNo()));
            return taken;
        }
    }

    @Test
    void goesOnFromTheAcknowledgedPosition() throws SQLException {
        Ownership first = pgmb.own("a", GROUP);
        pgmb.publishNumbered("e", 10);
        pgmb.tick();
        pgmb.advance("a", first, 0, 7);
        pgmb.declare("b", GROUP);
        renewed("a", 60);
        assertThat(pgmb.takeOver("b")).extracting(Ownership::position).containsExactly(7L);
    }

    @Test
    void anUncommittedAcknowledgementHoldsUpItsOwnGroupOnly() throws Exception {
        Ownership busy = pgmb.own("a", GROUP);
        Ownership idle = pgmb.own("a", "other");
        pgmb.declare("b", GROUP);
        pgmb.declare("b", "other");
        pgmb.publishNumbered("e", 10);
        pgmb.tick();
        Pgmb handler = sessions.open();
        handler.begin();
        assertThat(handler.advance("a", busy, 0, 1)).isTrue();

        Future<Boolean> renewal = sessions.start(() -> sessions.open().isTrue("select pgmb.renew_lease('a')"));
        assertThat(renewal).succeedsWithin(Duration.ofSeconds(2)).isEqualTo(true);
        renewed("a", 60);
        Future<List<Ownership>> takeOver = sessions.start(() -> sessions.open().takeOver("b"));
        assertThat(takeOver)
                .succeedsWithin(Duration.ofSeconds(2))
                .extracting(taken -> taken.get(0).groupNo())
                .isEqualTo(idle.groupNo());
        handler.commit();
        assertThat(pgmb.takeOver("b", idle.groupNo())).containsExactly(new Ownership(busy.groupNo(), 2, 1));
    }

    @Test
    void anUncommittedAcknowledgementDoesNotHoldUpDeclarations() throws Exception {
        Ownership busy = pgmb.own("a", GROUP);
        pgmb.publish("e");
        pgmb.tick();
        Pgmb handler = sessions.open();
        handler.begin();
        handler.advance("a", busy, 0, 1);
        Future<Long> same = sessions.start(() -> sessions.open().declare("b", GROUP));
        assertThat(same).succeedsWithin(Duration.ofSeconds(2)).isEqualTo(busy.groupNo());
        Future<Long> newer = sessions.start(() -> sessions.open().declare("b", GROUP, "e.topic = 'e'"));
        assertThat(newer).succeedsWithin(Duration.ofSeconds(2)).isEqualTo(busy.groupNo());
        handler.commit();
    }

    /** An acknowledgement that commits while a takeover is on its way is seen by it, whatever its snapshot shows. */
    @ParameterizedTest
    @ValueSource(strings = {Session.READ_COMMITTED, Session.REPEATABLE_READ, Session.SERIALIZABLE})
    void neverGoesOnFromAnOldPosition(String isolation) throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.declare("b", GROUP);
        pgmb.publishNumbered("e", 10);
        pgmb.tick();
        renewed("a", 60);
        Pgmb successor = sessions.open();
        successor.begin(isolation);
        successor.run("select 1 from pgmb.nodes");
        pgmb.advance("a", owned, 0, 5);
        List<Ownership> taken;
        try {
            taken = successor.takeOver("b");
            successor.commit();
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("40001");
            successor.rollback();
            taken = successor.takeOver("b");
        }
        assertThat(taken).containsExactly(new Ownership(owned.groupNo(), 2, 5));
        assertThat(pgmb.advance("b", taken.get(0), 5, 6)).isTrue();
    }

    @Test
    void handingOverFreesAtOnce() throws SQLException {
        Ownership owned = pgmb.own("a", GROUP);
        pgmb.declare("b", GROUP);
        assertThat(pgmb.handOver("a", owned)).isTrue();
        assertThat(pgmb.takeOver("b")).extracting(Ownership::epoch).containsExactly(3L);
        assertThat(pgmb.handOver("a", owned)).as("not its own any more").isFalse();
        assertThat(pgmb.text("select node from pgmb.group_owner")).isEqualTo("b");
    }

    @Test
    void removingANodeFreesWhatItOwnsAndOthersKeepTheirs() throws SQLException {
        pgmb.own("a", GROUP);
        Ownership kept = pgmb.own("b", "other");
        pgmb.declare("b", GROUP);
        pgmb.run("select pgmb.remove_node('a')");
        assertThat(pgmb.takeOver("b", kept.groupNo())).hasSize(1);
        assertThat(pgmb.isTrue("select pgmb.renew_lease('a')")).isFalse();
        assertThat(pgmb.column("select node from pgmb.nodes")).containsExactly("b");
    }

    @Test
    void aVanishedNodeIsForgottenAndItsGroupIsFree() throws SQLException {
        pgmb.own("a", GROUP);
        pgmb.declare("b", GROUP);
        renewed("a", 7200);
        pgmb.run("select pgmb.clean_up(now())");
        assertThat(pgmb.isTrue("select pgmb.renew_lease('a')")).isFalse();
        assertThat(pgmb.takeOver("b")).hasSize(1);
    }

    private void renewed(String node, double secondsAgo) throws SQLException {
        pgmb.run(
                "update pgmb.nodes set renewed_at = clock_timestamp() - ? * interval '1 second' where node = ?",
                secondsAgo,
                node);
    }
}
