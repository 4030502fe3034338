package io.github.pgmb.sql;

import static io.github.pgmb.sql.Pgmb.again;
import static io.github.pgmb.sql.Pgmb.dead;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Due;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A session that made its plans when the log was analysed as empty probes it event by event when it is not. */
class FailurePlansTest {
    private static final String GROUP = "group";
    private static final int EVENTS = 3_000;
    private static final int FEW = 100;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Ownership owned;
    private List<String> ids;
    private long retry;

    @BeforeEach
    void planWhenNothingIsThereAndFillThen() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        owned = pgmb.own("a", GROUP);
        // Says that there are no rows, and not that nobody knows how many.
        pgmb.run("vacuum analyze");
        pgmb.publishNumbered("e", 1);
        pgmb.tick();
        String first = pgmb.receivedIds(GROUP).get(0);
        pgmb.setAside("a", owned, 0, 1, again(1, 0, first));
        for (int n = 0; n < 10; n++) {
            pgmb.settle("a", owned, onlyDue(), n % 2 == 0 ? again(2, 0, first) : again(2, 0, first, first));
        }
        pgmb.settle("a", owned, onlyDue(), dead(2, first));
        Pgmb other = sessions.open();
        other.publishNumbered("e", EVENTS);
        other.tick();
        ids = other.receivedIds(GROUP);
        other.setAside("a", owned, 1, EVENTS, dead(1, ids.subList(1, EVENTS).toArray(String[]::new)));
        other.setAside("a", owned, EVENTS, EVENTS + 1, again(1, 0, ids.get(EVENTS)));
        retry = onlyDue();
    }

    private long onlyDue() throws SQLException {
        return pgmb.readRetries("a", owned, 10).get(0).retryNo();
    }

    @Test
    void readingRetriesProbesTheirEvents() throws SQLException {
        pgmb.begin();
        long before = rowsRead();
        assertThat(pgmb.readRetries("a", owned, 10)).containsExactly(new Due(retry, 1, ids.get(EVENTS), "e"));
        assertThat(rowsRead() - before).isLessThan(FEW);
        pgmb.rollback();
    }

    @Test
    void keepingDeadLettersProbesTheirEvents() throws SQLException {
        pgmb.begin();
        long before = rowsRead();
        assertThat(pgmb.settle("a", owned, retry, dead(2, ids.get(EVENTS)))).isTrue();
        assertThat(rowsRead() - before).isLessThan(FEW);
        pgmb.rollback();
    }

    /** Of the log. */
    private long rowsRead() throws SQLException {
        return pgmb.number("select sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables"
                + " where schemaname = 'pgmb' and relname ~ '^events'");
    }
}
