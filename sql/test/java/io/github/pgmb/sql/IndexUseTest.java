package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No tick and no read scans the log, with forty partitions and whatever the statistics say. */
class IndexUseTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static Ownership owned;
    private Pgmb pgmb;

    @BeforeAll
    static void fillTheLog() throws SQLException {
        try (Pgmb owner = new Pgmb(db.connect())) {
            owner.configure("future_intervals_to_create", "38");
            owner.maintain(owner.text("select now()"));
            owned = owner.own("a", "group");
            owner.publishNumbered("a", 5_000);
            owner.run(
                    "insert into pgmb.events (id, topic, payload) select pgmb.create_event_id(now() + n * interval '1 day', n),"
                            + " 'other', '{}' from generate_series(1, 39) n");
            owner.stopClockAt(owner.text("select now() + interval '1 month'"));
            owner.dispatch();
            assertThat(owner.scheduledIds()).hasSizeBetween(8, 11);
        }
    }

    @BeforeEach
    void open() throws SQLException {
        // What a tick that was rolled back has left. In another session, since its statistics are not those of the
        // tests.
        sessions.open().dispatch();
        pgmb = sessions.open();
        assertThat(pgmb.partitions("pgmb.events")).hasSizeGreaterThanOrEqualTo(40);
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1", "analyze pgmb.events", "set plan_cache_mode = force_generic_plan"})
    void anIdleTickProbesIndexesOnly(String preparation) throws SQLException {
        pgmb.run(preparation);
        pgmb.begin();
        pgmb.tick();
        assertThat(tablesScanned()).isEmpty();
        // By transaction id no partition can be left out; each costs a probe, and one for each transaction then in
        // progress.
        assertThat(pgmb.number("select max(idx_scan) from pg_stat_xact_user_tables where relname like 'events_%'"))
                .isLessThanOrEqualTo(10);
        assertThat(pgmb.number("select sum(idx_tup_fetch) from pg_stat_xact_user_tables where relname like 'events_%'"))
                .as("events looked at, by the planner at the ends of the index")
                .isLessThanOrEqualTo(10);
        pgmb.rollback();
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1", "analyze pgmb.events", "set plan_cache_mode = force_generic_plan"})
    void aReadProbesThePrimaryKeyOfOnePartitionForEachEvent(String preparation) throws SQLException {
        pgmb.run(preparation);
        pgmb.begin();
        assertThat(pgmb.read("a", owned, 1_000, 100)).hasSize(100);
        assertThat(tablesScanned()).isEmpty();
        assertThat(pgmb.rows("select idx_scan >= 100, idx_tup_fetch <= 300 from pg_stat_xact_user_tables"
                        + " where relname like 'events_%' and idx_scan > 0"))
                .as("one partition")
                .containsExactly(List.of("t", "t"));
        pgmb.rollback();
    }

    @Test
    void aTickDoesNotScanTheLog() throws SQLException {
        pgmb.publish("a");
        pgmb.begin();
        pgmb.tick();
        assertThat(tablesScanned()).isEmpty();
        pgmb.rollback();
    }

    /** What came before is not even looked at. */
    @ParameterizedTest
    @ValueSource(
            strings = {"select 1", "analyze pgmb.events; analyze pgmb.ticks", "set plan_cache_mode = force_generic_plan"
            })
    void aReplayReadsWhatCameAfter(String preparation) throws SQLException {
        pgmb.run("do $$ begin for n in 1..300 loop insert into pgmb.events (topic, payload) values ('early', '{}');"
                + " commit; perform pgmb.tick(); commit; end loop; end $$");
        String subscription = pgmb.subscribe("replaying", "e.topic = 'late'");
        String from = pgmb.publish("from");
        pgmb.dispatch();
        String late = pgmb.publish("late");
        pgmb.dispatch();
        pgmb.run(preparation);
        pgmb.begin();
        assertThat(pgmb.replay(subscription, from)).containsExactly(late);
        assertThat(tablesScanned()).isEmpty();
        assertThat(pgmb.number("select sum(idx_tup_fetch) from pg_stat_xact_user_tables"
                        + " where schemaname = 'pgmb' and relname ~ '^(events|ticks)'"))
                .isLessThanOrEqualTo(60);
        pgmb.rollback();
    }

    private List<String> tablesScanned() throws SQLException {
        return pgmb.column(
                "select relname from pg_stat_xact_user_tables where schemaname = 'pgmb' and seq_scan > 0"
                        + " and (relname like 'events%' or relname like 'subscription_events%' or relname in ('ticks', 'scheduled_events'))");
    }
}
