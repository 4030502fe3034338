package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log always takes every event, in partitions whose bounds lie in UTC. */
class PartitionsTest {
    private static final String GROUP = "all";
    private static final String EVENTS = "pgmb.events";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.configure("partition_retention_period", "100 years");
        pgmb.subscribe(GROUP, Pgmb.ALL);
        // What is published there is to be delivered at once.
        pgmb.stopClockAt("2100-01-01");
    }

    @AfterEach
    void everyEventHasExactlyOnePlace() throws SQLException {
        List<List<String>> bounds = pgmb.partitions(EVENTS);
        assertThat(bounds.get(0).get(0)).isEqualTo("-");
        assertThat(bounds.get(bounds.size() - 1).get(1)).isEqualTo("-");
        for (int i = 1; i < bounds.size(); i++) {
            assertThat(bounds.get(i).get(0)).isEqualTo(bounds.get(i - 1).get(1));
        }
    }

    @Test
    void theInstallationMakesThemAhead() throws SQLException {
        assertThat(upperBounds())
                .isEqualTo(pgmb.column("select date_trunc('day', now() at time zone 'UTC') + n * interval '1 day'"
                        + " from unnest(array[1, 2, 3, 6, 12, 24, 48, 96, 192]) n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"UTC", "Asia/Kolkata", "Asia/Tokyo", "Europe/Berlin", "Pacific/Kiritimati", "America/St_Johns"})
    void boundsLieInUtcWhateverTheTimeZoneOfTheSession(String zone) throws SQLException {
        pgmb.run("set timezone = '" + zone + "'");
        pgmb.maintain("2090-03-31 00:30:00+00");
        // Over the changes of daylight saving time.
        pgmb.maintain("2090-04-03 00:30:00+00");
        assertThat(upperBounds())
                .contains("2090-04-01 00:00:00", "2090-04-02 00:00:00", "2090-04-06 00:00:00")
                .allMatch(bound -> bound.endsWith(" 00:00:00"));
    }

    @Test
    void maintenanceInAnotherTimeZoneKeepsALiveLog() throws SQLException {
        pgmb.configure("partition_retention_period", "1 hour");
        pgmb.configure("partition_interval", "1 hour");
        pgmb.publish("a");
        pgmb.tick();
        for (String zone : new String[] {"Asia/Tokyo", "Asia/Kolkata", "America/Los_Angeles"}) {
            pgmb.run("set timezone = '" + zone + "'");
            pgmb.maintainInSteps(pgmb.text("select now()"));
        }
        assertThat(pgmb.received(GROUP)).containsExactly("a");
    }

    @Test
    void eachDayBringsOne() throws SQLException {
        pgmb.maintain("2090-01-01 12:00+00");
        int before = pgmb.partitions(EVENTS).size();
        assertThat(pgmb.maintainInSteps("2090-01-01 13:00+00")).isZero();
        pgmb.maintain("2090-01-02 12:00+00");
        assertThat(pgmb.partitions(EVENTS)).hasSize(before + 1);
        assertThat(upperBounds()).contains("2090-01-03 00:00:00", "2090-01-04 00:00:00", "2090-01-05 00:00:00");
    }

    @Test
    void fewAreMadeForTheTimeThatMaintenanceWasOff() throws SQLException {
        pgmb.maintain("2090-01-01 12:00+00");
        int before = pgmb.partitions(EVENTS).size();
        pgmb.maintain("2090-02-01 12:00+00");
        assertThat(pgmb.partitions(EVENTS)).hasSizeLessThan(before + 8);
        assertThat(upperBounds()).contains("2090-02-02 00:00:00", "2090-02-03 00:00:00", "2090-02-04 00:00:00");
    }

    @Test
    void theyAreFewForMonthsOfMaintenance() throws SQLException {
        pgmb.configure("partition_retention_period", "7 days");
        for (int day = 0; day < 60; day++) {
            pgmb.maintain(pgmb.text("select '2090-01-01 12:00+00'::timestamptz + ? * interval '1 day'", day));
            assertThat(pgmb.partitions(EVENTS)).hasSizeLessThan(28);
        }
        assertThat(pgmb.partitions(EVENTS)).hasSizeGreaterThan(12);
    }

    /** What has filled up is not scanned again, and the one after it is cut as always. */
    @Test
    void aPartitionThatHasFilledUpServesUntilItEnds() throws SQLException {
        pgmb.maintain("2090-01-01 12:00+00");
        pgmb.run(
                "insert into pgmb.events (id, topic, payload) select pgmb.create_event_id('2090-01-30 12:00+00', n), 'a',"
                        + " jsonb_build_object('text', repeat('x', 1000)) from generate_series(1, 17000) n");
        String full = "select partition, upper_bound from pgmb.partitions('pgmb.events') where partition ="
                + " (select tableoid from pgmb.events limit 1)";
        List<List<String>> before = pgmb.rows(full);
        for (int day = 1; day <= 28; day++) {
            pgmb.maintain("2090-02-" + day + " 12:00+00");
        }
        assertThat(pgmb.rows(full)).isEqualTo(before);
        assertThat(upperBounds()).contains("2090-03-01 00:00:00", "2090-03-02 00:00:00", "2090-03-03 00:00:00");
    }

    @Test
    void publishingWorksAMonthWithoutMaintenanceAndNothingIsLost() throws SQLException {
        pgmb.maintain("2090-01-01 12:00+00");
        for (int day = 1; day <= 30; day++) {
            pgmb.publishAt("2090-01-" + day + " 18:00+00", "dispatched-" + day);
        }
        pgmb.tick();
        pgmb.publishAt("2090-01-30 19:00+00", "undispatched");
        pgmb.maintainInSteps("2090-01-31 12:00+00");
        pgmb.publishAt("2090-01-31 18:00+00", "after");
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).hasSize(32).contains("dispatched-1").endsWith("undispatched", "after");
    }

    @Test
    void anyIdHasItsPlace() throws SQLException {
        for (String time :
                new String[] {"1970-01-01", "2089-12-31", "2090-01-02", "2090-01-03 00:00+00", "2099-12-31"}) {
            pgmb.publishAt(time, time);
        }
        pgmb.maintain("2090-01-01 12:00+00");
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).hasSize(5).doesNotContainNull();
    }

    @Test
    void anEventBeyondAllPartitionsMovesWithTheCatchAll() throws SQLException {
        pgmb.maintain("2090-01-01 12:00+00");
        pgmb.publishAt("2090-01-10", "beyond");
        for (int day = 2; day < 20; day++) {
            pgmb.maintainInSteps("2090-01-" + day);
        }
        pgmb.tick();
        pgmb.tick();
        assertThat(pgmb.received(GROUP)).containsExactly("beyond");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 hour", "7 hours", "1 day", "2 days", "1 month", "90 minutes"})
    void theIntervalMayBeChanged(String interval) throws SQLException {
        pgmb.maintain("2090-01-01 12:00+00");
        pgmb.configure("partition_interval", interval);
        for (int hour = 0; hour < 100; hour += 5) {
            String now = pgmb.text("select '2090-01-01 12:00+00'::timestamptz + ? * interval '1 hour'", hour);
            pgmb.maintain(now);
            assertThat(upperBounds()).containsAll(nextMultiplesOf(interval, now, 3));
        }
        assertThat(pgmb.partitions(EVENTS)).hasSizeLessThan(120);
    }

    /** Each takes effect at once, and with publishers, whose events have their places all the time. */
    @Test
    void settingsChangeOnTheFlyBesidePublishers() throws Exception {
        pgmb.configure("partition_retention_period", "7 days");
        AtomicBoolean running = new AtomicBoolean(true);
        Pgmb publisher = sessions.open();
        Future<Integer> published = sessions.start(() -> {
            int count = 0;
            while (running.get()) {
                publisher.publish("event");
                count++;
            }
            return count;
        });
        long seed = Seed.chosen();
        Random random = new Random(seed);
        for (String interval : List.of("1 hour", "7 days", "1 minute", "1 day", "3 hours", "1 minute", "7 days")) {
            int ahead = random.nextInt(6);
            pgmb.configure("partition_interval", interval);
            pgmb.configure("future_intervals_to_create", String.valueOf(ahead));
            pgmb.configure("partition_retention_period", random.nextInt(9) + " days");
            for (int round = 0; round < 3; round++) {
                String now = pgmb.text("select now() + ? * ?::interval", round, interval);
                maintainUntilNothingIsLeft(now);
                pgmb.tick();
                everyEventHasExactlyOnePlace();
                assertThat(upperBounds())
                        .as("%s, seed %s", interval, seed)
                        .containsAll(nextMultiplesOf(interval, now, ahead + 1));
            }
        }
        running.set(false);
        int all = Sessions.result(published);
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).hasSize(all).containsOnly("event");
    }

    private void maintainUntilNothingIsLeft(String now) throws SQLException {
        for (int tries = 0; tries < 20; tries++) {
            pgmb.maintainInSteps(now);
        }
    }

    /** The end of the interval that a time lies in, and those after it, as the log has them. */
    private List<String> nextMultiplesOf(String interval, String now, int count) throws SQLException {
        return pgmb.column(
                "select to_timestamp((floor(extract(epoch from ?::timestamptz) / l.length) + n) * l.length) at time zone 'UTC'"
                        + " from (select extract(epoch from ?::interval) as length) l, generate_series(1, ?) n order by n",
                now,
                interval,
                count);
    }

    /** The upper bounds of the log as times in UTC. */
    private List<String> upperBounds() throws SQLException {
        return pgmb.column("select pgmb.extract_date_from_event_id(upper_bound) at time zone 'UTC'"
                + " from pgmb.partitions('pgmb.events') where upper_bound is not null order by 1");
    }
}
