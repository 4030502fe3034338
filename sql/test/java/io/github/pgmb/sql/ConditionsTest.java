package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions are SQL expressions over the event and the subscription. */
class ConditionsTest {
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
    @ValueSource(
            strings = {
                "e.topic = 'it''s 100 %'",
                "e.topic like 'it_s 100 \\%'",
                "e.topic like '%%'",
                "'%s %L %1$s %% %I' like '\\%s%'",
                "e.topic = $$it's 100 %$$",
                "e.topic = $function$it's 100 %$function$",
                "e.topic = $create$it's 100 %$create$",
                "e.topic = E'it\\'s 100 %'",
                "e.payload @> '{\"a\": [1]}' and e.payload -> 'a' ->> 0 = '1'",
                "e.payload ? 'a'",
                "e.payload @? '$.a[*] ? (@ == 1)'",
                "true -- to the end",
                "/* in */ true /* and after */",
                "(e.payload ->> 'missing') is null",
                "s.params ->> 'x' = 'y'",
                "s.group_id like 'group-%' and s.id like 'su%'",
                "e.id > 'pm' and e.metadata is null",
                "topic like 'it%'",
                "case when e.topic = 'x' then 1 / length(s.id) = 1 else true end",
                "e.topic ~ '^it''s \\d+ %$'",
                "(e.payload ->> 'a')::jsonb = '[1]'",
                "e.topic in ('a', 'it''s 100 %')",
                "e.topic = any (array['it''s 100 %'])",
                "TRUE",
                "\n true \n",
            })
    void matches(String condition) throws SQLException {
        pgmb.subscribe(group, condition, "{\"x\": \"y\"}");
        pgmb.publish("it's 100 %", "{\"a\": [1]}");
        pgmb.tick();
        assertThat(pgmb.received(group)).as(condition).containsExactly("it's 100 %");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"false", "null::boolean", "e.topic = null", "e.topic like '\\%'", "e.payload ->> 'b' = '1'"})
    void doesNotMatch(String condition) throws SQLException {
        pgmb.subscribe(group, condition);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received(group)).isEmpty();
    }

    @Test
    void oneTextIsOneConditionWhateverItsParameters() throws SQLException {
        String condition = "e.payload ->> 'key' = s.params ->> 'key'";
        String one = pgmb.subscribe(group, condition, "{\"key\": \"1\"}");
        String two = pgmb.subscribe(group, condition, "{\"key\": \"2\"}");
        pgmb.publish("a", "{\"key\": 2}");
        pgmb.publish("b", "{\"key\": 1}");
        pgmb.tick();
        assertThat(pgmb.deliveries(group))
                .extracting(Pgmb.Delivery::subscriptionIds)
                .containsExactly(List.of(two), List.of(one));
        assertThat(pgmb.number("select count(*) from pgmb.conditions where text = ?", condition))
                .isEqualTo(1);
    }

    @Test
    void aVeryLongTextIsAccepted() throws SQLException {
        String names = pgmb.text("select string_agg(quote_literal(md5(n::text)), ', ') from generate_series(1, 500) n");
        pgmb.subscribe(group, "e.topic not in (" + names + ")");
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("a");
    }

    @Test
    void manySessionsMaySubscribeWithOneNewTextAtOnce() throws Exception {
        List<Callable<String>> subscribers = Stream.iterate(0, n -> n + 1)
                .limit(8)
                .<Callable<String>>map(n -> () -> sessions.open().subscribe(group + "-" + n, "e.topic = 'at once'"))
                .toList();
        assertThat(sessions.atOnce(subscribers)).doesNotHaveDuplicates();
        pgmb.publish("at once");
        assertThat(pgmb.tick().matches()).isGreaterThanOrEqualTo(8);
    }

    @Test
    void theTextOfASubscriptionMayBeChanged() throws SQLException {
        String subscription = pgmb.subscribe(group, "e.topic = 'a'");
        pgmb.run("update pgmb.subscriptions set conditions_sql = 'e.topic = ''b''' where id = ?", subscription);
        pgmb.publish("a");
        pgmb.publish("b");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("b");
        assertThatThrownBy(() -> pgmb.run(
                        "update pgmb.subscriptions set conditions_sql = 'nonsense' where id = ?", subscription))
                .hasMessageContaining("the condition is not valid");
    }

    @Test
    void aRefusalNamesTextAndReason() {
        assertThatThrownBy(() -> pgmb.subscribe(group, "e.nonsense = 1"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM002"))
                .hasMessageContaining("column e.nonsense does not exist")
                .hasMessageContaining("condition: e.nonsense = 1");
    }
}
