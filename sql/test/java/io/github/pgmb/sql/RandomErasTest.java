package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Random writers, ticks and restores: every committed event is dispatched exactly once, and each tick goes on saying what it did. */
class RandomErasTest {
    private static final String GROUP = "all";
    private static final int PROGRAMS = LongForm.or(15, 400);
    private static final int STEPS = 60;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private final List<Pgmb> writers = new ArrayList<>();
    private final List<List<String>> open = new ArrayList<>();
    private final List<String> committed = new ArrayList<>();
    private final List<String> program = new ArrayList<>();

    private Pgmb pgmb;
    private Random random;
    /** Since a restore, ticks have not come to an end yet. */
    private boolean restoring;
    /** And something was published meanwhile. */
    private boolean mixed;

    @Test
    void everyCommittedEventIsDispatchedOnce() throws SQLException {
        long seed = Seed.chosen();
        random = new Random(seed);
        pgmb = sessions.open();
        for (int n = 0; n < 3; n++) {
            writers.add(sessions.open());
            open.add(null);
        }
        for (int n = 0; n < PROGRAMS; n++) {
            run(seed);
        }
    }

    private void run(long seed) throws SQLException {
        pgmb.run("delete from pgmb.subscription_groups");
        pgmb.configure("poll_chunk_size", String.valueOf(1 + random.nextInt(6)));
        pgmb.subscribe(GROUP, Pgmb.ALL);
        long lastTick = pgmb.number("select max(id) from pgmb.ticks");
        committed.clear();
        program.clear();
        restoring = false;
        mixed = false;
        for (int step = 0; step < STEPS; step++) {
            step();
        }
        for (int writer = 0; writer < writers.size(); writer++) {
            end(writer, true);
        }
        cleanUp();
        pgmb.dispatch();
        // The first one may have ended with a window that was begun before.
        pgmb.dispatch();
        String programOfSeed = "seed %d: %s".formatted(seed, program);
        List<String> received = pgmb.receivedIds(GROUP);
        assertThat(received).as(programOfSeed).containsExactlyInAnyOrderElementsOf(committed);
        assertThat(pgmb.column(
                        "select w.id from pgmb.ticks t cross join lateral"
                                + " pgmb.window_events(t.previous, t.snapshot, t.after_seq, t.to_seq) w where t.id > ?"
                                + " order by t.id, w.seq",
                        lastTick))
                .as(programOfSeed)
                .isEqualTo(received);
    }

    private void step() throws SQLException {
        int writer = random.nextInt(writers.size());
        switch (random.nextInt(13)) {
            case 0, 1, 2, 3 -> publish(writer);
            case 4, 5 -> end(writer, random.nextInt(4) > 0);
            case 6, 7, 8, 9 -> tick();
            case 10 -> passTime();
            case 11 -> cleanUp();
            default -> restore();
        }
    }

    private void publish(int writer) throws SQLException {
        program.add(writer + " publish");
        mixed |= restoring;
        if (open.get(writer) == null) {
            writers.get(writer).begin();
            open.set(writer, new ArrayList<>());
        }
        open.get(writer).add(writers.get(writer).publish("a"));
    }

    private void end(int writer, boolean commit) throws SQLException {
        if (open.get(writer) == null) {
            return;
        }
        program.add(writer + (commit ? " commit" : " rollback"));
        if (commit) {
            writers.get(writer).commit();
            committed.addAll(open.get(writer));
        } else {
            writers.get(writer).rollback();
        }
        open.set(writer, null);
    }

    private void tick() throws SQLException {
        Pgmb.Tick tick = pgmb.tick();
        program.add("tick " + tick);
        if (!tick.more()) {
            restoring = false;
            mixed = false;
        }
    }

    private void cleanUp() throws SQLException {
        program.add("clean up");
        pgmb.run("select pgmb.clean_up(now())");
    }

    private void passTime() throws SQLException {
        int transactions = random.nextInt(40);
        program.add(transactions + " transactions");
        OtherCluster.useUpTransactions(pgmb, transactions);
    }

    private void restore() throws SQLException {
        if (random.nextInt(3) > 0) {
            return;
        }
        for (int writer = 0; writer < writers.size(); writer++) {
            end(writer, false);
        }
        // As the administrator is told: no dump of a database that has published since a restore and not dispatched it
        // all.
        while (mixed) {
            tick();
        }
        restoring = true;
        int ahead = random.nextBoolean() ? 1_000_000 : 60 + random.nextInt(60);
        program.add("restore, " + ahead + " behind");
        OtherCluster.restore(pgmb, ahead);
    }
}
