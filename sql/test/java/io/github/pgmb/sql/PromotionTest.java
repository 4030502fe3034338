package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever has read before a promotion may have read what the new primary never had. */
class PromotionTest {
    private static final String GROUP = "group";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void threeEvents() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.subscribe(GROUP, Pgmb.ALL);
        pgmb.publishNumbered("a", 3);
        pgmb.tick();
    }

    @Test
    void theTimelineIsThatOfTheServer() throws SQLException {
        assertThat(pgmb.number("select pgmb.timeline()")).isEqualTo(1);
    }

    @Test
    void aNodeTakesOverAnew() throws SQLException {
        Ownership before = pgmb.own("a", GROUP);
        assertThat(pgmb.advance("a", before, 0, 1)).isTrue();
        promote();
        assertThat(pgmb.advance("a", before, 1, 2)).isFalse();
        assertThatThrownBy(() -> pgmb.read("a", before, 1, 9)).hasMessageContaining("is not owned");
        Ownership after = pgmb.takeOver("a").get(0);
        assertThat(after.position()).isEqualTo(1);
        assertThat(pgmb.advance("a", before, 1, 2)).isFalse();
        assertThat(pgmb.read("a", after, 1, 9)).hasSize(2);
        assertThat(pgmb.advance("a", after, 1, 3)).isTrue();
        Ownership again = pgmb.takeOver("a").get(0);
        assertThat(again.epoch()).isEqualTo(after.epoch() + 1);
    }

    @Test
    void aReaderStartsAnew() throws SQLException {
        String before = read(null);
        promote();
        assertThat(sqlState(() -> read(before))).isEqualTo("PM010");
        assertThat(sqlState(() -> set(before))).isEqualTo("PM010");
        String after = read(null);
        assertThat(sqlState(() -> set(before))).isEqualTo("PM010");
        set(after);
        assertThat(pgmb.position(GROUP)).isEqualTo(3);
    }

    /** The old primary went on, and the new one counts from where it knows of. */
    @Test
    void epochsThatWereLostDoNotComeAgain() throws SQLException {
        Ownership before = pgmb.own("a", GROUP);
        Ownership lost = pgmb.takeOver("a").get(0);
        String lostCursor = cursorOf(lost);
        pgmb.run("update pgmb.group_owner set epoch = ?", before.epoch());
        promote();
        Ownership after = pgmb.takeOver("a").get(0);
        assertThat(after.epoch()).isNotEqualTo(lost.epoch());
        assertThat(cursorOf(after)).isNotEqualTo(lostCursor);
    }

    /** Some servers do not tell. */
    @Test
    void withoutATimelineAllGoesOn() throws SQLException {
        pgmb.run("create function pgmb.pg_walfile_name(pg_lsn) returns text language plpgsql as"
                + " 'begin raise feature_not_supported; end'");
        pgmb.run("alter function pgmb.timeline() set search_path = pgmb, pg_catalog, pg_temp");
        assertThat(pgmb.number("select pgmb.timeline()")).isEqualTo(1);
        Ownership owned = pgmb.own("a", GROUP);
        assertThat(pgmb.advance("a", owned, 0, 3)).isTrue();
    }

    private void promote() throws SQLException {
        pgmb.run("create or replace function pgmb.timeline() returns bigint language sql stable as 'select 2::bigint'");
    }

    private String cursorOf(Ownership owned) throws SQLException {
        return pgmb.text("select pgmb.group_cursor(?, 3)", owned.epoch());
    }

    private String read(String cursor) throws SQLException {
        return pgmb.text("select max(next_cursor) from pgmb.read_next_events(?, ?::pgmb.event_id)", GROUP, cursor);
    }

    private String set(String cursor) throws SQLException {
        return pgmb.text("select pgmb.set_group_cursor(?, ?::pgmb.event_id, false)", GROUP, cursor);
    }

    private interface Call {
        Object run() throws SQLException;
    }

    private static String sqlState(Call call) {
        try {
            return "returned " + call.run();
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
