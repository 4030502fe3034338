package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import io.github.pgmb.sql.Pgmb.Event;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.PostgresServer;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** kill -9 of the server under load: no committed event is lost, none is dispatched or handled twice. */
class CrashTest {
    private static final String GROUP = "group";
    private static final int CRASHES = LongForm.or(3, 50);
    private static final long RUN_MS = 1_000;
    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(15);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    // The ledger is kept outside of the database.
    private final Queue<String> acknowledgedPublishes = new ConcurrentLinkedQueue<>();
    private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledgedPosition = new AtomicLong();
    private PostgresServer server;
    private Ownership owned;

    private interface Work {
        void once(Pgmb session) throws Exception;
    }

    @BeforeEach
    void start() throws SQLException {
        server = PostgresServer.builder()
                .withoutFsync()
                .setting("restart_after_crash", "off")
                .start();
        try (Pgmb pgmb = connect()) {
            pgmb.install();
            pgmb.subscribe("by topic", Pgmb.TOPICAL, "{\"topics\": [\"a\"]}");
            owned = pgmb.own("reader", GROUP);
            pgmb.run("create table handled (position bigint, id text)");
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        server.close();
    }

    @Test
    void nothingIsLostOrRepeated() throws Exception {
        for (int crash = 0; crash < CRASHES; crash++) {
            List<Future<?>> load = load();
            Thread.sleep(RUN_MS);
            server.kill();
            for (Future<?> worker : load) {
                worker.get(60, TimeUnit.SECONDS);
            }
            server.restart();
            assertTimeout(DELIVERY_LIMIT, this::deliverAgain);
            check();
        }
    }

    /** Until the backlog and an event that is published now are handled. */
    private void deliverAgain() throws SQLException {
        try (Pgmb session = connect()) {
            publish(session);
            session.dispatch();
            long head = session.head(GROUP);
            while (session.position(GROUP) < head) {
                handle(session);
            }
        }
    }

    private List<Future<?>> load() {
        List<Future<?>> load = new ArrayList<>();
        for (int writer = 0; writer < 3; writer++) {
            load.add(threads.submit(() -> untilTheCrash(this::publish)));
        }
        load.add(threads.submit(() -> untilTheCrash(CrashTest::publishInVain)));
        load.add(threads.submit(() -> untilTheCrash(Pgmb::tick)));
        load.add(threads.submit(() -> untilTheCrash(session -> {
            // What a crash may take back of it was not handled yet: that waits for its own commit, and so for this one.
            session.run("set synchronous_commit = off");
            session.tick();
        })));
        load.add(threads.submit(() -> untilTheCrash(this::handle)));
        return load;
    }

    private Object untilTheCrash(Work work) throws Exception {
        try (Pgmb session = connect()) {
            while (true) {
                work.once(session);
            }
        } catch (SQLException e) {
            if (!e.getSQLState().startsWith("08") && !e.getSQLState().startsWith("57P")) {
                throw e;
            }
            return "crashed";
        }
    }

    private void publish(Pgmb session) throws SQLException {
        session.begin();
        List<String> ids = List.of(session.publish("a"), session.publish("b"), publishLater(session));
        session.commit();
        acknowledgedPublishes.addAll(ids);
    }

    private static void publishInVain(Pgmb session) throws SQLException {
        session.begin();
        session.publish("in vain");
        session.rollback();
    }

    /** Due within the second in which the server is killed, or when it is up again. */
    private static String publishLater(Pgmb session) throws SQLException {
        return session.publishAt(
                session.text("select clock_timestamp() + random() * interval '1 s'"), "later", "{}", null);
    }

    /** Its effect and its acknowledgement commit together. */
    private void handle(Pgmb session) throws SQLException {
        long position = session.position(GROUP);
        List<Event> events = session.read("reader", owned, position, 50);
        if (events.isEmpty()) {
            return;
        }
        events.forEach(event -> delivered.add(event.id()));
        session.begin();
        for (Event event : events) {
            session.run("insert into handled values (?, ?)", event.position(), event.id());
        }
        long reached = position + events.size();
        assertThat(session.advance("reader", owned, position, reached)).isTrue();
        session.commit();
        acknowledgedPosition.set(reached);
    }

    private void check() throws SQLException {
        try (Pgmb pgmb = connect()) {
            do {
                pgmb.dispatch();
            } while (!pgmb.scheduledIds().isEmpty());
            List<String> committed = pgmb.column("select id from pgmb.events");
            List<String> received = pgmb.receivedIds(GROUP);
            assertThat(new HashSet<>(committed).containsAll(acknowledgedPublishes))
                    .as("every acknowledged publish is there")
                    .isTrue();
            assertThat(new HashSet<>(committed).containsAll(delivered))
                    .as("nothing was delivered that is not there")
                    .isTrue();
            // Sorted, since tens of thousands are too many to be looked for one by one.
            assertThat(received.stream().sorted().toList())
                    .isEqualTo(committed.stream().sorted().toList());
            assertThat(pgmb.received("by topic")).hasSize(committed.size() / 3).containsOnly("a");
            assertThat(pgmb.head(GROUP)).isEqualTo(committed.size());

            long position = pgmb.position(GROUP);
            assertThat(position)
                    .isBetween(acknowledgedPosition.get(), pgmb.head(GROUP))
                    .isPositive();
            assertThat(pgmb.column("select id from handled order by position"))
                    .isEqualTo(received.subList(0, (int) position));
        }
    }

    private Pgmb connect() throws SQLException {
        return new Pgmb(DriverManager.getConnection(server.jdbcUrl("postgres", PostgresServer.SUPERUSER)));
    }
}
