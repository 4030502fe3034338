package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Writers who schedule, cancel, and commit late, beside three dispatchers and maintenance, by the clock of the server. */
class ConcurrentSchedulesTest {
    private static final String GROUP = "all";
    private static final int WRITERS = 4;
    private static final long SECONDS = LongForm.or(4, 60);

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private final AtomicBoolean running = new AtomicBoolean(true);

    @Test
    void eachIsDeliveredOnceAndNotBeforeItsTime() throws Exception {
        long seed = Seed.chosen();
        Pgmb pgmb = sessions.open();
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.configure("poll_chunk_size", "20");
        pgmb.configure("partition_interval", "1 minute");
        List<Future<Integer>> others = new ArrayList<>();
        others.add(sessions.start(ticker(Session.READ_COMMITTED)));
        others.add(sessions.start(ticker(Session.READ_COMMITTED)));
        others.add(sessions.start(ticker(Session.REPEATABLE_READ)));
        others.add(sessions.start(maintainer()));

        List<List<String>> written = sessions.atOnce(writers(seed));
        running.set(false);
        for (Future<Integer> other : others) {
            Sessions.result(other);
        }
        do {
            // What the others have left of a window ends it; what has committed since is another one.
            pgmb.dispatch();
            pgmb.dispatch();
        } while (!pgmb.scheduledIds().isEmpty());

        List<String> expected = written.stream().flatMap(List::stream).toList();
        Set<String> lost = new HashSet<>(expected);
        pgmb.receivedIds(GROUP).forEach(lost::remove);
        assertThat(lost).as("lost, seed %d; %s", seed, whereabouts(pgmb, lost)).isEmpty();
        assertThat(pgmb.head(GROUP)).as("seed %d", seed).isEqualTo(expected.size());
        assertThat(
                        pgmb.column(
                                "select u.id from pgmb.subscription_events d cross join lateral unnest(d.event_ids) u (id)"
                                        + " join pgmb.ticks t on t.id = d.tick where pgmb.extract_date_from_event_id(u.id) > t.ticked_at"))
                .as("too early, seed %d", seed)
                .isEmpty();
    }

    /** Whether they were not dispatched, or dispatched to nobody, and why. */
    private static String whereabouts(Pgmb pgmb, Set<String> lost) throws SQLException {
        if (lost.isEmpty()) {
            return "";
        }
        return "in the log "
                + pgmb.rows(
                        "select count(*), min(seq), max(seq), min(xact_id), max(xact_id) from pgmb.events where id = any (?::text[])",
                        "{" + String.join(",", lost) + "}")
                + ", last ticks " + pgmb.rows("select * from pgmb.ticks order by id desc limit 3")
                + ", eras " + pgmb.rows("select era, after_seq from pgmb.eras")
                + ", in quarantine " + pgmb.rows("select * from pgmb.quarantines")
                + ", failed "
                + pgmb.rows("select reason, message, count(*) from pgmb.dead_letters group by reason, message");
    }

    /** Return the ids of what they have committed and not cancelled. */
    private List<Callable<List<String>>> writers(long seed) {
        List<Callable<List<String>>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            Random random = new Random(seed + writer);
            writers.add(() -> {
                Pgmb session = sessions.open();
                List<String> ids = new ArrayList<>();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    ids.addAll(transaction(session, random));
                    cancelOne(session, random, ids);
                }
                return ids;
            });
        }
        return writers;
    }

    private static List<String> transaction(Pgmb session, Random random) throws SQLException, InterruptedException {
        List<String> ids = new ArrayList<>();
        session.begin();
        for (int events = random.nextInt(8); events >= 0; events--) {
            // Some are due before the transaction ends.
            String time = session.text(
                    "select clock_timestamp() + ? * interval '1 ms'",
                    random.nextInt(random.nextInt(3) == 0 ? 10 : 900));
            ids.add(random.nextInt(3) == 0 ? session.publish("a") : session.publishAt(time, "a", "{}", null));
        }
        if (random.nextInt(20) == 0) {
            Thread.sleep(random.nextInt(200));
        }
        if (random.nextInt(6) == 0) {
            session.rollback();
            return List.of();
        }
        session.commit();
        return ids;
    }

    private static void cancelOne(Pgmb session, Random random, List<String> ids) throws SQLException {
        if (!ids.isEmpty() && random.nextInt(4) == 0) {
            String id = ids.get(Math.max(0, ids.size() - 1 - random.nextInt(20)));
            ids.removeAll(session.column("delete from pgmb.scheduled_events where id = ? returning id", id));
        }
    }

    private Callable<Integer> ticker(String isolation) {
        return () -> {
            Pgmb session = sessions.open();
            session.run("set default_transaction_isolation = '" + isolation + "'");
            int failed = 0;
            while (running.get()) {
                try {
                    session.tick();
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).as(e.getMessage()).isIn("40001", "23505");
                    failed++;
                }
            }
            return failed;
        };
    }

    /** As of the minutes to come. */
    private Callable<Integer> maintainer() {
        return () -> {
            Pgmb session = sessions.open();
            int steps = 0;
            for (int minute = 0; running.get(); minute++) {
                steps += session.maintainInSteps(session.text("select now() + ? * interval '1 minute'", minute % 20));
                Thread.sleep(100);
            }
            return steps;
        };
    }
}
