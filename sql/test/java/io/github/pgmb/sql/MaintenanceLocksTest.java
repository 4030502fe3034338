package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.lang.System.Logger.Level;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        pgmb.run("drop table if exists public.published, public.clock; create table public.published (id text);"
                + " create table public.clock as select 0 as hour");
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
        pgmb.tickByTheClock("(select pg_catalog.clock_timestamp() + c.hour * interval '1 hour' from public.clock c)");
        Pgmb.Ownership owned = pgmb.own("a", "group");
        pgmb.neverForget("a");
        List<Future<Long>> publishers = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            publishers.add(sessions.start(publisherOf("(select pgmb.create_event_id(now() + hour * interval '1 hour',"
                    + " nextval('pgmb.id_suffix')) from public.clock)")));
        }
        Future<Long> consumer = sessions.start(() -> consume(sessions.open(), owned));
        Pgmb idle = sessions.open();
        int done = 0;
        for (int hour = 0; hour < LongForm.or(30, 1_000); hour++) {
            pgmb.run("update public.clock set hour = ?", hour);
            boolean isThereAReader = hour % 10 < 3;
            if (isThereAReader) {
                idle.begin(Session.REPEATABLE_READ);
                idle.run("select from pgmb.events limit 1");
            }
            done += pgmb.maintainInSteps(pgmb.text("select now() + ? * interval '1 hour'", hour));
            if (isThereAReader) {
                idle.commit();
            } else {
                madeAndDropped(hour);
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

    /** As soon as no reader is in the way, all is done that is due. */
    private void madeAndDropped(int hour) throws SQLException {
        String now = pgmb.text("select now() + ? * interval '1 hour'", hour);
        // Tries of a tenth of a second; publishers are in the way for as long as the machine lets them.
        for (int tries = 0; tries < 300 && !upToDate(now); tries++) {
            pgmb.maintainInSteps(now);
        }
        assertThat(upToDate(now)).as("hour %s", hour).isTrue();
    }

    private boolean upToDate(String now) throws SQLException {
        return pgmb.isTrue(
                "select count(*) filter (where upper_bound between pgmb.create_event_id(t, 0)"
                        + " and pgmb.create_event_id(t + interval '3 hours', 0)) = 3"
                        // The lowest takes over from what is dropped; deliveries are closed by the hour, and keep their
                        // events.
                        + " and count(*) filter (where upper_bound < pgmb.create_event_id(t - interval '3 hours', 0)) <= 5"
                        + " from pgmb.partitions('pgmb.events'), (select ?::timestamptz as t) t",
                now);
    }

    /**
     * Nobody has made partitions for long, and events have filled one that had been made before, or (250 days) the catch-all; they
     * and those of the future stay, and publishers of both hardly wait.
     */
    @ParameterizedTest
    @ValueSource(ints = {30, 250})
    void catchingUpWithManyEventsDelaysNobody(int days) throws Exception {
        int events = LongForm.or(50_000, 1_000_000);
        pgmb.run(
                "insert into pgmb.events (id, topic, payload) select pgmb.create_event_id(now() + ? * interval '1 day'"
                        + " - n * interval '400 ms', n), 'old', '{\"text\": \"some twenty characters\"}'"
                        + " from generate_series(1, ?) n",
                days,
                events);
        String now = pgmb.text("select now() + ? * interval '1 day'", days);
        Future<Long> longestWait = sessions.start(publisher());
        Future<Long> longestWaitForTheFuture = sessions.start(
                publisherOf("pgmb.create_event_id(now() + interval '300 days'," + " nextval('pgmb.id_suffix'))"));
        Thread.sleep(100);
        for (int tries = 0; tries < 5; tries++) {
            pgmb.maintainInSteps(now);
        }
        running.set(false);
        long waited = Math.max(Sessions.result(longestWait), Sessions.result(longestWaitForTheFuture));
        System.getLogger(getClass().getName())
                .log(
                        Level.INFO,
                        "{0} events in a partition for {1} days: publishers waited {2} ms",
                        events,
                        days,
                        waited);
        assertThat(waited).isLessThan(days < 192 ? LONGEST_WAIT_MS : 5 * LONGEST_WAIT_MS);
        assertThat(pgmb.isTrue("select p.upper_bound is not null from pgmb.partitions('pgmb.events') p"
                        + " where p.partition = (select e.tableoid from pgmb.events e where e.topic = 'old' limit 1)"))
                .isTrue();
        assertThat(pgmb.number("select count(*) from pgmb.events"))
                .isEqualTo(events + pgmb.number("select count(*) from public.published"));
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

    /** It has locked the log by then, for which the tick would wait: a deadlock, of which the tick could be the victim. */
    @Test
    void inOneTransactionItNeverWaitsForATick() throws Exception {
        pgmb.publish("a");
        pgmb.tick();
        pgmb.run("alter function pgmb.close_deliveries_partition set lock_timeout = '1h'");
        Pgmb maintainer = sessions.open();
        Pgmb ticker = sessions.open();
        ticker.begin();
        ticker.run("select from pgmb.dispatcher for update");
        String later = pgmb.text("select now() + interval '2 days'");
        maintainer.begin();
        assertThat(maintainer.isTrue("select pgmb.split_events_partition(?::timestamptz)", later))
                .isTrue();
        maintainer.run("set local statement_timeout = '20s'");
        maintainer.maintain(later);
        maintainer.commit();
        assertThat(pgmb.partitions("pgmb.subscription_events")).hasSize(1);
        ticker.commit();
        pgmb.maintain(later);
        assertThat(pgmb.partitions("pgmb.subscription_events")).hasSize(2);
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
        return publisherOf("default");
    }

    private Callable<Long> publisherOf(String id) throws SQLException {
        Pgmb session = sessions.open();
        return () -> {
            long longest = 0;
            while (running.get()) {
                long start = System.nanoTime();
                session.run("with event as (insert into pgmb.events (id, topic, payload) values (" + id
                        + ", 'a', '{}') returning id) insert into public.published select id from event");
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
