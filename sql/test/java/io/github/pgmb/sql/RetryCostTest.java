package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Due;
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

/** What looking for retries costs while 100,000 wait, and as many dead letters, whatever the statistics say. */
class RetryCostTest {
    private static final int WAITING = 100_000;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static Ownership owned;
    private static Ownership idle;

    private Pgmb pgmb;

    @BeforeAll
    static void fill() throws SQLException {
        try (Pgmb owner = new Pgmb(db.connect())) {
            owned = owner.own("a", "group");
            idle = owner.own("a", "idle");
            owner.publishNumbered("e", 20);
            owner.dispatch();
            String[] ids = owner.receivedIds("group").toArray(String[]::new);
            owner.run(
                    "insert into pgmb.retries (group_no, event_ids, attempts, due_at, blocks, min_event_id)"
                            + " select ?, array['pm' || n]::pgmb.event_id[], 1, now() + n * interval '1 s' + interval '1 h', false,"
                            + " 'pm' || n from generate_series(1, ?) n",
                    owned.groupNo(),
                    WAITING);
            owner.run(
                    "insert into pgmb.dead_letters (group_no, group_id, event_id, topic, payload, subscription_ids, reason, message)"
                            + " select ?, 'group', 'pm' || lpad(n::text, 9, '0'), 'e', '{}', '{}', 'attempts', 'm'"
                            + " from generate_series(1, ?) n",
                    owned.groupNo(),
                    WAITING);
            for (int n = 0; n < 20; n++) {
                owner.setAside("a", owned, n, n + 1, Pgmb.again(1, 0, ids[n]));
            }
        }
    }

    @BeforeEach
    void open() throws SQLException {
        sessions.open().dispatch();
        // A new one, whose statistics are those of the test alone.
        pgmb = sessions.open();
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1", "analyze pgmb.retries", "set plan_cache_mode = force_generic_plan"})
    void theNextOneIsFoundByOneProbe(String preparation) throws SQLException {
        pgmb.run(preparation);
        pgmb.begin();
        assertThat(pgmb.isTrue("select due_in < '0' and not blocks from pgmb.next_retry(?)", owned.groupNo()))
                .isTrue();
        assertThat(pgmb.isTrue("select due_in is null and not blocks from pgmb.next_retry(?)", idle.groupNo()))
                .isTrue();
        assertFetchedAtMost(10);
        pgmb.rollback();
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1", "analyze", "set plan_cache_mode = force_generic_plan"})
    void onlyWhatIsDueIsLookedAt(String preparation) throws SQLException {
        pgmb.run(preparation);
        pgmb.begin();
        assertThat(pgmb.readRetries("a", owned, 10)).hasSize(10);
        assertThat(pgmb.readRetries("a", owned, 1000)).hasSize(20);
        assertThat(pgmb.readRetries("a", idle, 1000)).isEmpty();
        assertFetchedAtMost(60);
        pgmb.rollback();
    }

    @Test
    void oneIsSettledByItsKey() throws SQLException {
        pgmb.begin();
        List<Due> due = pgmb.readRetries("a", owned, 3);
        assertThat(pgmb.settle("a", owned, due.get(0).retryNo())).isTrue();
        assertThat(pgmb.settle(
                        "a",
                        owned,
                        due.get(1).retryNo(),
                        Pgmb.again(2, 0, due.get(1).id())))
                .isTrue();
        assertThat(pgmb.settle(
                        "a",
                        owned,
                        due.get(2).retryNo(),
                        Pgmb.dead(2, due.get(2).id())))
                .isTrue();
        assertFetchedAtMost(40);
        pgmb.rollback();
    }

    /** What is not selected is not counted. */
    @Test
    void theStateOfGroupsIsAskedForWithoutCounting() throws SQLException {
        pgmb.begin();
        assertThat(pgmb.rows("select position, lag, owner, next_retry_at < now() from pgmb.group_status"
                        + " where group_id = 'group'"))
                .containsExactly(List.of("20", "0", "a", "t"));
        assertFetchedAtMost(10);
        assertThat(pgmb.rows("select retries, dead_letters from pgmb.group_status where group_id = 'group'"))
                .containsExactly(List.of("100020", "100000"));
        pgmb.rollback();
    }

    @Test
    void anIdleTickKnowsNothingOfThem() throws SQLException {
        pgmb.begin();
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
        assertThat(pgmb.number("select pg_stat_get_xact_blocks_fetched('pgmb.retries'::regclass)"
                        + " + pg_stat_get_xact_blocks_fetched('pgmb.dead_letters'::regclass)"
                        + " + coalesce(sum(pg_stat_get_xact_blocks_fetched(indexrelid)), 0)"
                        + " from pg_index where indrelid in ('pgmb.retries'::regclass, 'pgmb.dead_letters'::regclass)"))
                .as("pages")
                .isZero();
        pgmb.rollback();
    }

    @Test
    void aPageDeepInTheListBeginsWhereItIs() throws SQLException {
        pgmb.begin();
        assertThat(pgmb.column("select event_id from pgmb.list_dead_letters('group', 'pm000090000', 5)"))
                .startsWith("pm000090001")
                .hasSize(5);
        assertFetchedAtMost(30);
        pgmb.rollback();
    }

    @Test
    void oneOfManyIsRedrivenAndDiscardedByItsId() throws SQLException {
        pgmb.begin();
        for (String function : List.of("discard_dead_letters", "redrive_dead_letters")) {
            assertThat(pgmb.number("select pgmb." + function
                            + "('group', array['pm000090000', 'pm000090001']::pgmb.event_id[], max_letters => 1)"))
                    .isEqualTo(1);
        }
        assertFetchedAtMost(60);
        pgmb.rollback();
    }

    private void assertFetchedAtMost(int rows) throws SQLException {
        assertThat(
                        pgmb.number(
                                "select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)"
                                        + " from pg_stat_xact_user_tables where schemaname = 'pgmb' and relname in ('retries', 'dead_letters')"))
                .as("rows looked at")
                .isLessThanOrEqualTo(rows);
        assertThat(pgmb.number("select coalesce(sum(pg_stat_get_xact_tuples_returned(indexrelid)), 0)"
                        + " from pg_index where indrelid in ('pgmb.retries'::regclass, 'pgmb.dead_letters'::regclass)"))
                .as("entries of indexes looked at")
                .isLessThanOrEqualTo(rows * 2L);
    }
}
