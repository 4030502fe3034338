package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nodes declare: the newest declaration of a handler wins. */
class DeclarationTest {
    private static final String GROUP = "group";
    private static final String OLD = "e.topic in ('old', 'both')";
    private static final String NEW = "e.topic in ('new', 'both')";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void twoNodes() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        pgmb.register("old node");
        pgmb.register("new node");
    }

    @Test
    void declaringAgainChangesNothing() throws SQLException {
        long groupNo = pgmb.declare("old node", GROUP, OLD);
        List<List<String>> subscriptions = pgmb.rows("select id, no, identity from pgmb.subscriptions");
        assertThat(pgmb.declare("old node", GROUP, OLD)).isEqualTo(groupNo);
        assertThat(pgmb.declare("new node", GROUP, OLD)).isEqualTo(groupNo);
        assertThat(pgmb.rows("select id, no, identity from pgmb.subscriptions")).isEqualTo(subscriptions);
    }

    @Test
    void theGroupReceivesWhatTheNewestOneSays() throws SQLException {
        pgmb.declare("old node", GROUP, OLD);
        publishEach();
        pgmb.tick();
        pgmb.declare("new node", GROUP, NEW);
        publishEach();
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("old", "both", "new", "both");
    }

    @Test
    void onlyNodesOfTheNewestOneTakeOver() throws SQLException {
        pgmb.declare("old node", GROUP, OLD);
        pgmb.declare("new node", GROUP, NEW);
        assertThat(pgmb.takeOver("old node")).isEmpty();
        assertThat(pgmb.takeOver("new node")).hasSize(1);
    }

    @Test
    void anOwnerOfAnOlderOneKeepsItsGroupUntilItHandsItOver() throws SQLException {
        pgmb.declare("old node", GROUP, OLD);
        Ownership owned = pgmb.takeOver("old node").get(0);
        pgmb.publish("old");
        pgmb.tick();
        pgmb.declare("new node", GROUP, NEW);
        assertThat(pgmb.takeOver("new node")).isEmpty();
        assertThat(pgmb.advance("old node", owned, 0, 1)).isTrue();
        assertThat(pgmb.handOver("old node", owned)).isTrue();
        assertThat(pgmb.takeOver("old node")).isEmpty();
        assertThat(pgmb.takeOver("new node")).containsExactly(new Ownership(owned.groupNo(), 3, 1));
    }

    @Test
    void manyNodesMayDeclareAtOnce() throws Exception {
        List<Callable<Long>> nodes = IntStream.range(0, 8)
                .<Callable<Long>>mapToObj(n -> () -> {
                    Pgmb session = sessions.open();
                    session.register("node-" + n);
                    return session.declare("node-" + n, GROUP, n % 2 == 0 ? OLD : NEW);
                })
                .toList();
        assertThat(sessions.atOnce(nodes)).containsOnly(pgmb.groupNo(GROUP));
        assertThat(pgmb.number("select count(*) from pgmb.subscriptions")).isEqualTo(1);
        assertThat(pgmb.isTrue(
                        "select g.declaration = s.identity from pgmb.subscription_groups g, pgmb.subscriptions s"))
                .isTrue();
    }

    private void publishEach() throws SQLException {
        for (String topic : new String[] {"old", "new", "both"}) {
            pgmb.publish(topic);
        }
    }
}
