package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Maintenance beside others: it never makes a publisher wait for long, and comes back later when somebody is in the way. */
class MaintenanceLocksTest {
    private static final long LONGEST_WAIT_MS = 1_000;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private final AtomicBoolean running = new AtomicBoolean(true);
    private Pgmb pgmb;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.run("drop table if exists public.published; create table public.published (id text)");
    }

    @Test
    void anOpenPublisherDelaysMaintenanceAndNobodyElse() throws Exception {
        Pgmb open = sessions.open();
        open.begin();
        open.publish("open");
        maintainsLaterOnly(open);
    }

    @Test
    void anIdleReaderDelaysMaintenanceAndNobodyElse() throws Exception {
        Pgmb open = sessions.open();
        open.begin(Session.REPEATABLE_READ);
        open.number("select count(*) from pgmb.events");
        maintainsLaterOnly(open);
    }

    private void maintainsLaterOnly(Pgmb open) throws Exception {
        pgmb.publish("old");
        pgmb.tick();
        int before = pgmb.partitions("pgmb.events").size();
        Future<Long> longestWait = sessions.start(publisher());
        long start = System.nanoTime();
        for (int i = 0; i < 5; i++) {
            pgmb.maintainInSteps(pgmb.text("select now() + interval '20 days'"));
        }
        assertThat(millisSince(start)).isLessThan(5 * LONGEST_WAIT_MS);
        assertThat(pgmb.partitions("pgmb.events")).hasSize(before);
        open.commit();
        running.set(false);
        assertThat(Sessions.result(longestWait)).isLessThan(LONGEST_WAIT_MS);

        pgmb.dispatch();
        pgmb.maintainInSteps(pgmb.text("select now() + interval '20 days'"));
        assertThat(pgmb.column("select upper_bound from pgmb.partitions('pgmb.events') where upper_bound >"
                        + " pgmb.create_event_id(now() + interval '20 days', 0) and upper_bound <"
                        + " pgmb.create_event_id(now() + interval '23 days', 0)"))
                .hasSize(3);
        assertThat(pgmb.number("select count(*) from pgmb.events")).isZero();
    }

    @Test
    void manyCyclesBesidePublishersDispatcherAndReader() throws Exception {
        pgmb.configure("partition_interval", "1 hour");
        pgmb.configure("partition_retention_period", "3 hours");
        Pgmb.Ownership owned = pgmb.own("a", "group");
        pgmb.neverForget("a");
        List<Future<Long>> publishers = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            publishers.add(sessions.start(publisher()));
        }
        Future<Long> consumer = sessions.start(() -> consume(sessions.open(), owned));
        Pgmb idle = sessions.open();
        int done = 0;
        for (int hour = 0; hour < 60; hour++) {
            boolean isThereAReader = hour % 10 < 3;
            if (isThereAReader) {
                idle.begin(Session.REPEATABLE_READ);
                idle.run("select from pgmb.events limit 1");
            }
            done += pgmb.maintainInSteps(pgmb.text("select now() + ? * interval '1 hour'", hour));
            if (isThereAReader) {
                idle.commit();
            }
        }
        running.set(false);
        for (Future<Long> publisher : publishers) {
            assertThat(Sessions.result(publisher)).as("longest wait").isLessThan(LONGEST_WAIT_MS);
        }
        assertThat(done).as("steps").isGreaterThan(20);
        long handled = Sessions.result(consumer);
        pgmb.dispatch();
        assertThat(handled).isPositive().isLessThanOrEqualTo(pgmb.head("group"));
        assertThat(pgmb.head("group"))
                .as("events published")
                .isEqualTo(pgmb.number("select count(*) from public.published"));
    }

    @Test
    void twoAtOnceDoTheWorkOnce() throws Exception {
        String later = pgmb.text("select now() + interval '3 days'");
        List<Callable<Integer>> both = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            Pgmb session = sessions.open();
            both.add(() -> session.maintainInSteps(later));
        }
        sessions.atOnce(both);
        pgmb.maintainInSteps(later);
        assertThat(pgmb.partitions("pgmb.events")).hasSize(12);
    }

    @Test
    void deliveriesAreNotClosedDuringATick() throws SQLException {
        pgmb.subscribe("group", Pgmb.ALL);
        pgmb.publish("a");
        pgmb.tick();
        Pgmb ticker = sessions.open();
        ticker.begin();
        ticker.run("select from pgmb.dispatcher for update");
        pgmb.maintainInSteps(pgmb.text("select now() + interval '2 days'"));
        assertThat(pgmb.partitions("pgmb.subscription_events")).hasSize(1);
        ticker.commit();
        pgmb.maintainInSteps(pgmb.text("select now() + interval '2 days'"));
        assertThat(pgmb.partitions("pgmb.subscription_events")).hasSize(2);
        assertThat(pgmb.received("group")).containsExactly("a");
    }

    /** An update of the schema is such a second installation. */
    @Test
    void aSecondInstallationDoesNotQueuePublishersBehindAnOpenOne() throws Exception {
        Pgmb open = sessions.open();
        open.begin();
        open.publish("open");
        Pgmb installer = sessions.open();
        Future<Long> longestWait = sessions.start(publisher());
        Future<Boolean> installation = sessions.start(() -> {
            installer.install();
            return true;
        });
        Thread.sleep(1_500);
        running.set(false);
        assertThat(Sessions.result(longestWait)).isLessThan(LONGEST_WAIT_MS);
        assertThat(installation).as("it need not wait for the publisher either").isDone();
        open.commit();
        Sessions.result(installation);
    }

    /** Publishes small transactions; returns the longest time that one took. */
    private Callable<Long> publisher() throws SQLException {
        Pgmb session = sessions.open();
        return () -> {
            long longest = 0;
            while (running.get()) {
                long start = System.nanoTime();
                session.run("with event as (insert into pgmb.events (topic, payload) values ('a', '{}') returning id)"
                        + " insert into public.published select id from event");
                longest = Math.max(longest, millisSince(start));
                Thread.sleep(1);
            }
            return longest;
        };
    }

    private long consume(Pgmb session, Pgmb.Ownership owned) throws SQLException {
        long position = 0;
        while (running.get()) {
            session.tick();
            List<Pgmb.Event> events = session.read("a", owned, position, 100);
            assertThat(events).extracting(Pgmb.Event::topic).doesNotContainNull();
            if (!events.isEmpty() && session.advance("a", owned, position, position + events.size())) {
                position += events.size();
            }
        }
        return position;
    }

    private static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }
}
