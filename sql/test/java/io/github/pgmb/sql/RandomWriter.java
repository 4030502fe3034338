package io.github.pgmb.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Publishes to one topic in transactions of random size, length and outcome. */
final class RandomWriter {
    private final String topic;
    private final Random random;
    private final List<String> committed = new ArrayList<>();
    private final List<String> pending = new ArrayList<>();

    RandomWriter(String topic, long seed) {
        this.topic = topic;
        this.random = new Random(seed);
    }

    /** Returns the ids that were committed, in order. */
    List<String> writeFor(Pgmb session, long seconds) throws SQLException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            transaction(session);
        }
        return committed;
    }

    private void transaction(Pgmb session) throws SQLException, InterruptedException {
        pending.clear();
        session.begin();
        // Until it writes, it has no number.
        pause();
        for (int parts = 1 + random.nextInt(3); parts > 0; parts--) {
            part(session);
            pause();
        }
        boolean inTwoPhases = random.nextInt(6) == 0;
        if (inTwoPhases) {
            session.run("prepare transaction '" + topic + "'");
            pause();
        }
        String prepared = inTwoPhases ? " prepared '" + topic + "'" : "";
        if (random.nextInt(5) == 0) {
            session.run("rollback" + prepared);
        } else {
            session.run("commit" + prepared);
            committed.addAll(pending);
        }
    }

    private void part(Pgmb session) throws SQLException {
        List<String> ids = new ArrayList<>();
        boolean nested = random.nextInt(3) == 0;
        if (nested) {
            session.run("savepoint part");
        }
        for (int events = random.nextInt(4); events >= 0; events--) {
            ids.add(session.publish(topic));
        }
        if (nested && random.nextBoolean()) {
            session.run("rollback to part");
        } else {
            pending.addAll(ids);
        }
    }

    private void pause() throws InterruptedException {
        if (random.nextInt(20) == 0) {
            Thread.sleep(random.nextInt(300));
        } else if (random.nextInt(3) == 0) {
            Thread.sleep(random.nextInt(10));
        }
    }
}
