package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults that a broker of this kind had. docs/reliability.md says where the others are tested. */
class SeedFaultsTest {
    private static final String GROUP = "group";
    private static final String READ = "select topic from pgmb.read_next_events(?)";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
    }

    /** Nobody receives the event, so that its age alone decides. */
    @ParameterizedTest
    @ValueSource(strings = {"Asia/Tokyo", "Asia/Kolkata", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin"})
    void whatIsOldInTheTimeZoneOfTheSessionOnlyIsKept(String zone) throws SQLException {
        pgmb.configure("partition_retention_period", "1 hour");
        pgmb.configure("partition_interval", "1 hour");
        pgmb.publish("a");
        pgmb.tick();
        pgmb.run("set timezone = '" + zone + "'");
        pgmb.maintainInSteps(pgmb.text("select now()"));
        pgmb.maintainInSteps(pgmb.text("select now() + interval '30 minutes'"));
        assertThat(pgmb.number("select count(*) from pgmb.events")).isEqualTo(1);
        pgmb.maintainInSteps(pgmb.text("select now() + interval '3 hours'"));
        assertThat(pgmb.number("select count(*) from pgmb.events")).isZero();
    }

    /** It would be empty after a crash of the server. */
    @Test
    void everyTableSurvivesACrash() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("a");
        pgmb.tick();
        pgmb.maintainInSteps(pgmb.text("select now() + interval '3 days'"));
        assertThat(pgmb.column("select oid::regclass from pg_class where relnamespace = 'pgmb'::regnamespace"
                        + " and relpersistence <> 'p'"))
                .isEmpty();
    }

    /** A stopped process, or the next user of a pooled connection, would keep it. */
    @Test
    void noLockOutlivesItsTransaction() throws SQLException {
        Pgmb.Ownership owned = pgmb.own("node", GROUP);
        pgmb.subscribe("read", Pgmb.ALL);
        pgmb.publish("a");
        pgmb.dispatch();
        pgmb.read("node", owned, 0, 1);
        pgmb.advance("node", owned, 0, 1);
        pgmb.handOver("node", owned);
        assertThat(pgmb.column(READ, "read")).containsExactly("a");
        pgmb.maintainInSteps(pgmb.text("select now() + interval '3 days'"));
        assertThat(pgmb.rows("select locktype, mode, relation::regclass from pg_locks where pid = pg_backend_pid()"
                        + " and locktype not in ('virtualxid') and relation is distinct from 'pg_locks'::regclass"))
                .as("locks, but for those of this question")
                .allMatch(lock -> lock.get(1).equals("AccessShareLock"));
    }

    @Test
    void whoReadsTwiceReleasesByOnce() throws SQLException {
        Pgmb other = oneEventFor();
        assertThat(pgmb.column(READ, GROUP)).containsExactly("a");
        assertThat(pgmb.column(READ, GROUP)).containsExactly("a");
        assertThat(other.column(READ, GROUP)).isEmpty();
        pgmb.run("select pgmb.release_group_lock(?)", GROUP);
        assertThat(other.column(READ, GROUP)).containsExactly("a");
    }

    /** As of a process that was stopped: its connection stays. */
    @Test
    void aReaderThatFallsSilentIsReplacedWhileItsConnectionStays() throws SQLException {
        Pgmb other = oneEventFor();
        pgmb.run("set pgmb.reader_lease = '300 ms'");
        assertThat(pgmb.column(READ, GROUP)).containsExactly("a");
        assertThat(other.column(READ, GROUP)).isEmpty();
        Eventually.eventually(() -> assertThat(other.column(READ, GROUP)).containsExactly("a"));
        assertThat(pgmb.column(READ, GROUP)).isEmpty();
    }

    private Pgmb oneEventFor() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publish("a");
        pgmb.dispatch();
        return sessions.open();
    }

    /** No maintenance runs; the log has no partition for it but the last one, nor needs one. */
    @Test
    void aLateRetryNeedsNoPartitionAndNoMaintenance() throws SQLException {
        pgmb.subscribe(GROUP, Pgmb.ALL);
        String late = pgmb.publishAt(pgmb.text("select now() + interval '1 year'"), "pgmb-retry");
        pgmb.publish("a");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).contains("a");
        assertThat(pgmb.column("select id from pgmb.events union all select id from pgmb.scheduled_events"))
                .contains(late);
    }
}
