package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Event;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** While a session keeps an old snapshot, nothing can be cleaned up; the broker goes on at its pace all the same. */
class HeldSnapshotTest {
    private static final int SLICES = 4;
    private static final int SLICE_S = LongForm.or(2, 150);
    private static final int BATCH = 10;
    private static final long PAGE = 8192;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Ownership owned;
    private long position;

    @BeforeEach
    void own() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        owned = pgmb.own("a", "group");
    }

    @Test
    void costsLittleThroughputAndHotTablesDoNotBloat() throws SQLException {
        Pgmb holder = sessions.open();
        work(1);
        long free = 0;
        long held = 0;
        for (int slice = 0; slice < SLICES; slice++) {
            free += work(SLICE_S);
            holder.begin(Session.REPEATABLE_READ);
            holder.run("select from pgmb.events limit 1");
            held += work(SLICE_S);
            hotTablesAreSmall();
            holder.commit();
        }
        double ratio = (double) held / free;
        System.getLogger(getClass().getName())
                .log(
                        Level.INFO,
                        "events/s with a held snapshot {0}, without {1}: {2} %",
                        held / SLICES / SLICE_S,
                        free / SLICES / SLICE_S,
                        Math.round(ratio * 100));
        assertThat(ratio).isGreaterThan(LongForm.wanted() ? 0.8 : 0.5);
    }

    /** With each version of a row that nobody may clean up, all that read it become slower. */
    @Test
    void noRowIsWrittenAnew() throws SQLException {
        pgmb.publishNumbered("a", BATCH);
        assertThat(tablesWrittenAnewBy(Pgmb::tick)).isEmpty();
        assertThat(pgmb.read("a", owned, 0, 100)).hasSize(BATCH);
        assertThat(tablesWrittenAnewBy(session -> session.advance("a", owned, 0, 5)))
                .isEmpty();
        assertThat(tablesWrittenAnewBy(session -> session.advance("a", owned, 5, BATCH)))
                .isEmpty();
        assertThat(pgmb.position("group")).isEqualTo(BATCH);
    }

    private interface Call {
        void on(Pgmb session) throws SQLException;
    }

    /** In a session of its own, whose statistics are those of this call alone. */
    private List<String> tablesWrittenAnewBy(Call call) throws SQLException {
        Pgmb session = sessions.open();
        session.begin();
        call.on(session);
        List<String> tables =
                session.column("select relname from pg_stat_xact_user_tables where n_tup_upd > 0 or n_tup_del > 0");
        session.commit();
        return tables;
    }

    /** Publishes, ticks, reads, advances and renews for some seconds; returns how many events went through. */
    private long work(int seconds) throws SQLException {
        long start = System.nanoTime();
        long before = position;
        for (int round = 0; System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds); round++) {
            pgmb.publishNumbered("a", BATCH);
            pgmb.tick();
            List<Event> events = pgmb.read("a", owned, position, 100);
            assertThat(events).hasSize(BATCH);
            assertThat(pgmb.advance("a", owned, position, position + BATCH)).isTrue();
            position += BATCH;
            // More often than a node does.
            if (round % 20 == 0) {
                pgmb.run("select pgmb.renew_lease('a')");
            }
            if (round % 500 == 0) {
                pgmb.run("select pgmb.clean_up(now())");
            }
        }
        return position - before;
    }

    private void hotTablesAreSmall() throws SQLException {
        assertThat(size("group_owner")).isLessThanOrEqualTo(PAGE);
        assertThat(size("dispatcher")).isLessThanOrEqualTo(PAGE);
        assertThat(size("nodes")).isLessThanOrEqualTo(LongForm.or(4, 100) * PAGE);
        pgmb.run("analyze pgmb.ticks");
        assertThat(pgmb.number("select pg_stat_get_dead_tuples('pgmb.ticks'::regclass)"))
                .isZero();
        // What was acknowledged meanwhile and no more, however often it was deleted.
        assertThat(size("progress")).isLessThan(100 * (position / BATCH) + 10 * PAGE);
    }

    private long size(String table) throws SQLException {
        return pgmb.number("select pg_relation_size('pgmb." + table + "')");
    }
}
