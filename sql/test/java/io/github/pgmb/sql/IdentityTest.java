package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A subscription is its group, its condition and its parameters: what differs in any of them is never taken for the same. */
class IdentityTest {
    private static final int SUBSCRIPTIONS = LongForm.or(20_000, 1_000_000);
    private static final int AT_ONCE = 20_000;
    private static final int EVENTS = 1_000;

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
    }

    @Test
    void asManySubscriptionsAsParametersAndNoForeignDelivery() throws SQLException {
        pgmb.run("insert into pgmb.subscription_groups (id) values ('group')");
        for (int first = 0; first < SUBSCRIPTIONS; first += AT_ONCE) {
            assertSubscriptions(first, first + AT_ONCE - 1);
        }
        // A second time: they are there already.
        assertSubscriptions(0, EVENTS);
        assertThat(pgmb.rows("select count(*), count(distinct id), count(distinct identity), count(distinct params)"
                        + " from pgmb.subscriptions"))
                .containsExactly(Collections.nCopies(4, Integer.toString(SUBSCRIPTIONS)));

        long step = SUBSCRIPTIONS / EVENTS;
        pgmb.run(
                "insert into pgmb.events (topic, payload) select 'topic-' || n * ?, '{}' from generate_series(0, ? - 1) n",
                step,
                EVENTS);
        pgmb.dispatch();
        assertThat(pgmb.head("group")).isEqualTo(EVENTS);
        assertThat(pgmb.rows("select e.topic, s.params, cardinality(d.subscription_ids) from pgmb.subscription_events d"
                        + " cross join lateral unnest(d.event_ids) u (id) join pgmb.events e on e.id = u.id"
                        + " left join pgmb.subscriptions s on s.id = d.subscription_ids[1]"
                        + " where cardinality(d.subscription_ids) <> 1"
                        + " or s.params is distinct from jsonb_build_object('topics', array[e.topic])"))
                .as("what somebody else's subscription received")
                .isEmpty();
    }

    private void assertSubscriptions(int first, int last) throws SQLException {
        pgmb.run(
                "insert into pgmb.subscriptions (group_id, conditions_sql, params) select 'group', ?,"
                        + " jsonb_build_object('topics', array['topic-' || n]) from generate_series(?, ?) n"
                        + " on conflict (identity) do update set last_active_at = now()",
                Pgmb.TOPICAL,
                first,
                last);
    }

    /** Equal if the parts were put together as they are, with a separator, or with their lengths in the wrong place. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ';',
            value = {
                "a; 11=11; {}; a1; 1=11; {}",
                "a:1=1; 1=1; {}; a; 1=1:1=1; {}",
                "a|1=1; 1=1; {}; a; 1=1|1=1; {}",
                "a; e.topic='{}'; {}; a; e.topic='; {\"'{}\": 1}",
                "a; 1=1{}; {}; a; 1=1; {\"{}\": {}}",
                "1:a3:1=1; 1=1; {}; a3:1=1; 1=1; {}",
                "a; 1=1; {\"n\": 1}; a; 1=1; {\"n\": \"1\"}",
                "a; 1=1; {\"n\": null}; a; 1=1; {}",
                "a; 1=1; {\"n\": [1, 2]}; a; 1=1; {\"n\": [2, 1]}",
                "a; 1=1; {}; A; 1=1; {}",
                "a; 1=1; {}; a; 1 =1; {}",
                "\u00e9; 1=1; {}; e\u0301; 1=1; {}",
            })
    void theirPartsDoNotFlowIntoOneAnother(
            String group, String condition, String params, String group2, String condition2, String params2)
            throws SQLException {
        String identity = "select pgmb.subscription_identity(?, ?, ?::jsonb)";
        assertThat(pgmb.text(identity, group, condition, params))
                .hasSize(64)
                .isNotEqualTo(pgmb.text(identity, group2, condition2, params2))
                .isEqualTo(pgmb.text(identity, group, condition, params));
    }

    @Test
    void equalParametersAreOneHoweverTheyAreWritten() throws SQLException {
        List<String> ids = List.of(
                pgmb.subscribe("group", Pgmb.ALL, "{\"a\": 1, \"b\": [2]}"),
                pgmb.subscribe("group", Pgmb.ALL, "{ \"b\" :[2],\"a\":1 }"),
                pgmb.subscribe("group", Pgmb.ALL, "{\"a\": 0, \"b\": [2], \"a\": 1}"));
        assertThat(ids).containsOnly(ids.get(0));
    }
}
