package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
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
                        + " from generate_series(1, 3) n"));
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
        assertThat(upperBounds()).endsWith("2090-01-03 00:00:00", "2090-01-04 00:00:00", "2090-01-05 00:00:00");
    }

    @Test
    void noneIsMadeForTheTimeThatMaintenanceWasOff() throws SQLException {
        pgmb.maintain("2090-01-01 12:00+00");
        int before = pgmb.partitions(EVENTS).size();
        pgmb.maintain("2090-02-01 12:00+00");
        assertThat(pgmb.partitions(EVENTS)).hasSize(before + 3);
        assertThat(upperBounds())
                .endsWith("2090-01-04 00:00:00", "2090-02-02 00:00:00", "2090-02-03 00:00:00", "2090-02-04 00:00:00");
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
            pgmb.maintain(pgmb.text("select '2090-01-01 12:00+00'::timestamptz + ? * interval '1 hour'", hour));
        }
        assertThat(pgmb.isTrue("select max(upper_bound) >= pgmb.create_event_id('2090-01-05 12:00+00', 0)"
                        + " from pgmb.partitions('pgmb.events')"))
                .isTrue();
        assertThat(pgmb.partitions(EVENTS)).hasSizeLessThan(120);
    }

    /** The upper bounds of the log as times in UTC. */
    private List<String> upperBounds() throws SQLException {
        return pgmb.column("select pgmb.extract_date_from_event_id(upper_bound) at time zone 'UTC'"
                + " from pgmb.partitions('pgmb.events') where upper_bound is not null order by 1");
    }
}
