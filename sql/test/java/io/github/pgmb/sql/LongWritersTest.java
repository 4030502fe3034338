package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Writers that keep their transactions open: their events arrive when they commit, and nobody else's wait for them. */
class LongWritersTest {
    private static final String GROUP = "group";
    private static final String QUICK = "quick";
    private static final int WRITERS = 4;
    private static final int LONGEST_MS = LongForm.or(2_000, 5_000);
    private static final int VERY_LONG_MS = LongForm.or(6_000, 120_000);
    private static final long LATENCY_MS = 1_000;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private final AtomicBoolean writing = new AtomicBoolean(true);
    private final AtomicBoolean reading = new AtomicBoolean(true);
    /** When the quick events were committed. */
    private final Map<String, Long> committedAt = new ConcurrentHashMap<>();

    private record Read(String id, String topic, long at) {}

    @Test
    void aCursorLosesNothingAndOthersDoNotWait() throws Exception {
        long seed = Seed.chosen();
        Pgmb pgmb = sessions.open();
        pgmb.subscribe(GROUP, Pgmb.ALL);
        Future<List<Read>> reader = sessions.start(this::read);
        Map<String, Future<List<String>>> writers = new HashMap<>();
        for (int n = 0; n < WRITERS; n++) {
            String topic = "writer-" + n;
            Random random = new Random(seed + n);
            writers.put(topic, sessions.start(() -> write(topic, random)));
        }
        writers.put(QUICK, sessions.start(this::writeQuickly));
        writers.put("very long", sessions.start(this::writeForVeryLong));

        Map<String, List<String>> written = new TreeMap<>();
        written.put("very long", writers.remove("very long").get(VERY_LONG_MS * 2L, TimeUnit.MILLISECONDS));
        writing.set(false);
        for (Map.Entry<String, Future<List<String>>> writer : writers.entrySet()) {
            written.put(writer.getKey(), Sessions.result(writer.getValue()));
        }
        reading.set(false);
        List<Read> read = Sessions.result(reader);

        Map<String, List<String>> readByTopic = new TreeMap<>();
        read.forEach(event -> readByTopic
                .computeIfAbsent(event.topic(), topic -> new ArrayList<>())
                .add(event.id()));
        assertThat(readByTopic).as("seed %d", seed).isEqualTo(written);
        assertThat(latencies(read)).hasSizeGreaterThan(50).allMatch(latency -> latency < LATENCY_MS);
    }

    private List<Long> latencies(List<Read> read) {
        return read.stream()
                .filter(event -> event.topic().equals(QUICK))
                .map(event -> TimeUnit.NANOSECONDS.toMillis(event.at() - committedAt.get(event.id())))
                .toList();
    }

    private List<String> write(String topic, Random random) throws Exception {
        Pgmb session = sessions.open();
        List<String> committed = new ArrayList<>();
        while (writing.get()) {
            committed.addAll(inATransaction(session, topic, random.nextInt(LONGEST_MS), random.nextInt(4) > 0));
        }
        return committed;
    }

    private List<String> writeForVeryLong() throws Exception {
        return inATransaction(sessions.open(), "very long", VERY_LONG_MS, true);
    }

    /** Some events at its beginning and some at its end. */
    private static List<String> inATransaction(Pgmb session, String topic, int lengthMs, boolean commit)
            throws Exception {
        session.begin();
        List<String> ids = new ArrayList<>(List.of(session.publish(topic), session.publish(topic)));
        Thread.sleep(lengthMs);
        ids.add(session.publish(topic));
        if (commit) {
            session.commit();
            return ids;
        }
        session.rollback();
        return List.of();
    }

    private List<String> writeQuickly() throws Exception {
        Pgmb session = sessions.open();
        List<String> ids = new ArrayList<>();
        while (writing.get()) {
            session.begin();
            String id = session.publish(QUICK);
            committedAt.put(id, System.nanoTime());
            session.commit();
            ids.add(id);
            Thread.sleep(20);
        }
        return ids;
    }

    /** Ticks and reads on after its cursor, and once more when all have written. */
    private List<Read> read() throws Exception {
        Pgmb session = sessions.open();
        List<Read> all = new ArrayList<>();
        String cursor = null;
        while (true) {
            boolean last = !reading.get();
            session.dispatch();
            List<List<String>> rows = session.rows(
                    "select id, topic, next_cursor from pgmb.read_next_events(?, ?::pgmb.event_id, 100)",
                    GROUP,
                    cursor);
            long now = System.nanoTime();
            rows.forEach(row -> all.add(new Read(row.get(0), row.get(1), now)));
            if (!rows.isEmpty()) {
                cursor = rows.get(0).get(2);
                session.run("select pgmb.set_group_cursor(?, ?, false)", GROUP, cursor);
            } else if (last) {
                return all;
            }
            Thread.sleep(5);
        }
    }
}
