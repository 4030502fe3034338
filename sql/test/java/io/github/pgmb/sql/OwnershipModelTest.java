package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Random programs of nodes that die, come back and believe to own: I3, I5 and I6. */
class OwnershipModelTest {
    private static final int PROGRAMS = 60;
    private static final int STEPS = 60;
    private static final int NODES = 3;
    private static final int EVENTS = 200;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private final List<String> program = new ArrayList<>();
    private final boolean[] alive = new boolean[NODES];
    /** What each node believes to own, with the position where it believes to stand. */
    private final Ownership[] believed = new Ownership[NODES];
    /** What it believed before, as a thread of it that was forgotten still may. */
    private final Ownership[] former = new Ownership[NODES];

    private Pgmb pgmb;
    private Random random;
    private String group;
    private int owner;
    private long epoch;
    private long position;

    @Test
    void onlyTheCurrentOwnerMovesThePositionAndOnlyForward() throws SQLException {
        long seed = Seed.chosen();
        random = new Random(seed);
        pgmb = sessions.open();
        for (int n = 0; n < PROGRAMS; n++) {
            start("group-" + n);
            for (int step = 0; step < STEPS; step++) {
                step(random.nextInt(NODES));
                assertThat(pgmb.position(group))
                        .as("seed %d after %s", seed, program)
                        .isEqualTo(position);
            }
            pgmb.run("delete from pgmb.subscription_groups");
        }
    }

    private void start(String name) throws SQLException {
        group = name;
        owner = -1;
        epoch = 0;
        position = 0;
        program.clear();
        for (int node = 0; node < NODES; node++) {
            pgmb.register("node-" + node);
            pgmb.declare("node-" + node, group);
            alive[node] = true;
            believed[node] = null;
            former[node] = null;
        }
        pgmb.publishNumbered("a", EVENTS);
        pgmb.dispatch();
    }

    private void step(int node) throws SQLException {
        switch (random.nextInt(10)) {
            case 0 -> die(node);
            case 1 -> comeBack(node);
            case 2, 3 -> takeOver(node);
            case 4 -> handOver(node);
            case 5 -> read(node);
            case 6 -> cleanUp();
            case 7 -> advanceAsFormerOwner(node);
            default -> advance(node);
        }
    }

    private void die(int node) throws SQLException {
        log(node, "dies");
        alive[node] = false;
        pgmb.run("update pgmb.nodes set renewed_at = renewed_at - interval '1 minute' where node = ?", "node-" + node);
    }

    private void comeBack(int node) throws SQLException {
        log(node, "comes back");
        alive[node] = true;
        assertThat(pgmb.isTrue("select pgmb.renew_lease(?)", "node-" + node)).isTrue();
    }

    private void takeOver(int node) throws SQLException {
        List<Ownership> taken = pgmb.takeOver("node-" + node);
        log(node, "takes over " + taken);
        boolean free = owner == -1 || owner == node || !alive[owner];
        if (!free) {
            assertThat(taken).as("%s", program).isEmpty();
            return;
        }
        epoch++;
        owner = node;
        former[node] = believed[node];
        believed[node] = new Ownership(pgmb.groupNo(group), epoch, position);
        assertThat(taken).as("%s", program).containsExactly(believed[node]);
    }

    private void handOver(int node) throws SQLException {
        if (believed[node] == null) {
            return;
        }
        boolean owns = owns(node);
        log(node, "hands over");
        assertThat(pgmb.handOver("node-" + node, believed[node]))
                .as("%s", program)
                .isEqualTo(owns);
        believed[node] = null;
        if (owns) {
            owner = -1;
            epoch++;
        }
    }

    private void read(int node) throws SQLException {
        if (believed[node] == null) {
            return;
        }
        log(node, "reads");
        try {
            List<Pgmb.Event> events = pgmb.read("node-" + node, believed[node], position, 10);
            assertThat(owns(node)).as("%s", program).isTrue();
            assertThat(events).hasSize((int) Math.min(10, EVENTS - position));
        } catch (SQLException e) {
            assertThat(e.getSQLState()).isEqualTo("PM003");
            assertThat(owns(node)).as("%s", program).isFalse();
        }
    }

    private void cleanUp() throws SQLException {
        program.add("clean up");
        pgmb.run("select pgmb.clean_up(now())");
    }

    private void advance(int node) throws SQLException {
        if (believed[node] == null || position == EVENTS) {
            return;
        }
        long astray = random.nextInt(4) == 0 ? random.nextInt(5) - 2 : 0;
        long from = Math.min(Math.max(believed[node].position() + astray, 0), EVENTS - 1);
        long to = Math.min(EVENTS, from + 1 + random.nextInt(5));
        boolean rolledBack = random.nextInt(4) == 0;
        log(node, "advances from " + from + " to " + to + (rolledBack ? ", rolled back" : ""));
        pgmb.begin();
        boolean expected = owns(node) && from == position;
        assertThat(pgmb.advance("node-" + node, believed[node], from, to))
                .as("%s", program)
                .isEqualTo(expected);
        if (rolledBack) {
            pgmb.rollback();
        } else {
            pgmb.commit();
            if (expected) {
                position = to;
                believed[node] = new Ownership(believed[node].groupNo(), believed[node].epoch(), to);
            }
        }
    }

    private void advanceAsFormerOwner(int node) throws SQLException {
        if (former[node] != null) {
            log(node, "advances as a former owner");
            assertThat(pgmb.advance("node-" + node, former[node], position, position + 1))
                    .as("%s", program)
                    .isFalse();
        }
    }

    private boolean owns(int node) {
        return owner == node && believed[node].epoch() == epoch;
    }

    private void log(int node, String step) {
        program.add("node " + node + " " + step);
    }
}
