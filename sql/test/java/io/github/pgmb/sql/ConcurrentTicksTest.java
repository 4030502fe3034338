package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Writers that hold, abort, nest and prepare transactions beside two dispatchers: every committed event once, in order. */
class ConcurrentTicksTest {
    private static final String GROUP = "all";
    private static final int WRITERS = 8;
    private static final long SECONDS = 6;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    @Test
    void nothingIsLostRepeatedOrReordered() throws Exception {
        long seed = Seed.chosen();
        Pgmb pgmb = sessions.open();
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.configure("poll_chunk_size", "50");
        AtomicBoolean writing = new AtomicBoolean(true);
        Future<Integer> firstTicker = sessions.start(ticker(writing));
        Future<Integer> secondTicker = sessions.start(ticker(writing));

        List<List<String>> written = sessions.atOnce(writers(seed));
        writing.set(false);
        int busy = Sessions.result(firstTicker) + Sessions.result(secondTicker);
        pgmb.dispatch();

        Map<String, List<String>> expected = new TreeMap<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            expected.put("writer-" + writer, written.get(writer));
        }
        assertThat(idsByTopic(pgmb)).as("seed %d", seed).isEqualTo(expected);
        assertThat(pgmb.head(GROUP)).isEqualTo(pgmb.number("select count(*) from pgmb.events"));
        assertThat(busy).as("two at once").isPositive();
    }

    private List<Callable<List<String>>> writers(long seed) {
        List<Callable<List<String>>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            RandomWriter random = new RandomWriter("writer-" + writer, seed + writer);
            writers.add(() -> random.writeFor(sessions.open(), SECONDS));
        }
        return writers;
    }

    /** Returns how often the other one was ticking. */
    private Callable<Integer> ticker(AtomicBoolean writing) {
        return () -> {
            Pgmb session = sessions.open();
            int busy = 0;
            while (writing.get()) {
                busy += session.tick().busy() ? 1 : 0;
            }
            return busy;
        };
    }

    private static Map<String, List<String>> idsByTopic(Pgmb pgmb) throws SQLException {
        Map<String, List<String>> ids = new TreeMap<>();
        List<String> topics = pgmb.received(GROUP);
        List<String> received = pgmb.receivedIds(GROUP);
        for (int i = 0; i < topics.size(); i++) {
            ids.computeIfAbsent(topics.get(i), topic -> new ArrayList<>()).add(received.get(i));
        }
        return ids;
    }
}
