package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions to topics: what the index finds is what the condition says. */
class TopicsTest {
    private static final String EXACT = "s.params @> jsonb_build_object('topics', ARRAY[e.topic])";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static int groups;

    private final String group = "group-" + ++groups;
    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
        pgmb.dispatch();
    }

    @ParameterizedTest
    @CsvSource({
        "orders,      orders,         true",
        "orders,      orders.created, false",
        "orders,      order,          false",
        "orders.*,    orders.created, true",
        "orders.*,    orders.a.b,     true",
        "orders.*,    orders,         false",
        "orders.*,    orders.,        false",
        "orders.*,    ordersX,        false",
        "orders.*,    ordersXcreated, false",
        "orders.*,    orders.*,       true",
        "orders.a.*,  orders.a.b,     true",
        "orders.a.*,  orders.b.a,     false",
        "orders.,     orders.,        true",
        "orders.,     orders.a,       false",
        "*,           *,              true",
        "*,           orders,         false",
        ".*,          .a,             true",
        ".*,          a,              false",
        "a_c.*,       abc.d,          false",
        "a_c.*,       a_c.d,          true",
        "a%.*,        abc.d,          false",
        "a%.*,        a%.d,           true",
        "Orders,      orders,         false",
        "ö.*,         ö.ä,            true",
        "a..*,        a..b,           true",
        "a.*,         a..b,           true",
    })
    void matches(String subscribed, String topic, boolean expected) throws SQLException {
        pgmb.subscribeToTopics(group, subscribed);
        // As a part of a condition, the same text is evaluated by the function rather than the index.
        pgmb.subscribe(group + "-by-function", Pgmb.TOPICAL + " and true", "{\"topics\": [\"" + subscribed + "\"]}");
        pgmb.publish(topic);
        pgmb.tick();
        assertThat(pgmb.received(group)).hasSize(expected ? 1 : 0);
        assertThat(pgmb.received(group + "-by-function")).hasSize(expected ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"orders, orders, true", "orders.*, orders.a, false", "orders.*, orders.*, true"})
    void theExactFormKnowsNoPrefixes(String subscribed, String topic, boolean expected) throws SQLException {
        pgmb.subscribe(group, EXACT, "{\"topics\": [\"" + subscribed + "\"]}");
        pgmb.publish(topic);
        pgmb.tick();
        assertThat(pgmb.received(group)).hasSize(expected ? 1 : 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"topics\": null}",
                "{\"topics\": []}",
                "{\"topics\": [null]}",
                "{\"topics\": \"a\"}",
                "{\"topics\": {\"a\": 1}}",
                "{\"topics\": [[\"a\"]]}",
                "{\"topics\": 1}",
                "{\"topics\": [1, true]}"
            })
    void whateverIsNotAListOfTextsMatchesNothing(String params) throws SQLException {
        pgmb.subscribe(group, Pgmb.TOPICAL, params);
        pgmb.subscribe(group + "-by-function", Pgmb.TOPICAL + " and true", params);
        pgmb.subscribe(group + "-all", Pgmb.ALL);
        for (String topic : new String[] {"a", "1", "true", "[\"a\"]", "null"}) {
            pgmb.publish(topic);
        }
        pgmb.tick();
        assertThat(pgmb.received(group)).isEmpty();
        assertThat(pgmb.received(group + "-by-function")).isEmpty();
        assertThat(pgmb.received(group + "-all")).hasSize(5);
        assertThat(pgmb.rows("select * from pgmb.dead_letters")).isEmpty();
    }

    @Test
    void aTopicLongerThanAnyEventsIsHarmless() throws SQLException {
        String random = pgmb.text("select string_agg(md5(n::text), '') from generate_series(1, 200) n");
        pgmb.subscribeToTopics(group, random, random + ".*", "a");
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("a");
    }

    @Test
    void theLongestTopicIsFound() throws SQLException {
        String longest = "a.".repeat(127) + "b";
        pgmb.subscribeToTopics(group, longest);
        pgmb.subscribeToTopics(group + "-prefix", "a.".repeat(127) + "*");
        pgmb.publish(longest);
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly(longest);
        assertThat(pgmb.received(group + "-prefix")).containsExactly(longest);
    }

    @Test
    void changedParametersCountFromThenOn() throws SQLException {
        String subscription = pgmb.subscribeToTopics(group, "old");
        pgmb.run("update pgmb.subscriptions set params = '{\"topics\": [\"new\"]}' where id = ?", subscription);
        pgmb.publish("old");
        pgmb.publish("new");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("new");
    }

    @Test
    void aDeletedSubscriptionReceivesNothing() throws SQLException {
        pgmb.unsubscribe(pgmb.subscribeToTopics(group, "a"));
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received(group)).isEmpty();
    }

    @Test
    void parametersAreAnObject() {
        assertThatThrownBy(() -> pgmb.subscribe(group, Pgmb.TOPICAL, "[\"a\"]")).hasMessageContaining("params");
    }

    @Test
    void equalHashesOfThirtyTwoBitsAreDifferentSubscriptions() throws SQLException {
        String first = "{\"n\": 16347}";
        String second = "{\"n\": 122572}";
        assertThat(pgmb.isTrue("select hashtext(?) = hashtext(?)", first, second))
                .isTrue();
        assertThat(pgmb.subscribe(group, Pgmb.ALL, first)).isNotEqualTo(pgmb.subscribe(group, Pgmb.ALL, second));
        assertThat(pgmb.subscribe(group, Pgmb.ALL, first)).isEqualTo(pgmb.subscribe(group, Pgmb.ALL, first));
    }

    @Test
    void identityKeepsItsPartsApart() throws SQLException {
        assertThat(pgmb.isTrue("select pgmb.subscription_identity('a', 'bc', '{}')"
                        + " <> pgmb.subscription_identity('ab', 'c', '{}')"))
                .isTrue();
    }

    /** A nested loop over events and receivers would take minutes. */
    @Test
    void manyGroupsAndManyEventsAreMatchedInLinearTime() throws SQLException {
        pgmb.forgetEverything();
        pgmb.run("insert into pgmb.subscription_groups (id) select 'many-' || n from generate_series(1, 5000) n");
        pgmb.run(
                "insert into pgmb.subscriptions (group_id, conditions_sql, params) select 'many-' || n, ?,"
                        + " jsonb_build_object('topics', jsonb_build_array('many.' || n)) from generate_series(1, 5000) n",
                Pgmb.TOPICAL);
        pgmb.run("insert into pgmb.events (topic, payload) select 'many.' || (1 + n % 5000), '{}'"
                + " from generate_series(1, 49999) n");
        pgmb.run("set statement_timeout = '20s'");
        try {
            assertThat(pgmb.tick().matches()).isEqualTo(49_999);
        } finally {
            pgmb.run("reset statement_timeout");
        }
    }
}
