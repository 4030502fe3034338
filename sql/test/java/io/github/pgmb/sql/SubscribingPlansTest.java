package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a session plans for its first subscription serves for the later ones. */
class SubscribingPlansTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    @Test
    void aSessionThatBeganWithoutSubscriptionsDoesNotScanThemLater() throws SQLException {
        Pgmb before = sessions.open();
        subscribe(before, 1);
        before.run("delete from pgmb.subscription_groups");
        // Says that there are no rows, and not that nobody knows how many.
        before.run("vacuum pgmb.subscriptions");

        Pgmb pgmb = sessions.open();
        subscribe(pgmb, 50);
        pgmb.begin();
        subscribe(pgmb, 51);
        assertThat(pgmb.number(
                        "select seq_scan from pg_stat_xact_user_tables where relid = 'pgmb.subscriptions'::regclass"))
                .isZero();
        pgmb.rollback();
    }

    private static void subscribe(Pgmb pgmb, int subscriptions) throws SQLException {
        for (int n = 1; n <= subscriptions; n++) {
            pgmb.run("insert into pgmb.subscription_groups (id) values ('group-%1$d') on conflict do nothing;"
                            .formatted(n)
                    + "insert into pgmb.subscriptions (group_id, conditions_sql, params) values ('group-%1$d', 'pgmb.topic_matches(s.params -> ''topics'', e.topic)', jsonb_build_object('topics', array['topic-%1$d'])) on conflict (identity) do update set last_active_at = now()"
                            .formatted(n));
        }
    }
}
