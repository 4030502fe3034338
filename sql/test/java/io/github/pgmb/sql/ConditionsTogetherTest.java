package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conditions that call nothing of anybody else are evaluated together, and nobody notices. */
class ConditionsTogetherTest {
    private static final String LAST_STEP = "(select t from pgmb.ticks t order by t.id desc limit 1)";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void reinstall() throws SQLException {
        pgmb = sessions.open();
        pgmb.reinstall();
        pgmb.run("drop schema public cascade; create schema public; grant usage on schema public to public;"
                + " create function public.is_true(text) returns boolean language sql immutable as 'select true';"
                + " create function public.is_a(text, text) returns boolean language sql immutable as 'select $1 = $2';"
                + " create operator public.=== (leftarg = text, rightarg = text, function = public.is_a);"
                + " create type public.mood as enum ('good', 'bad'); create type public.pair as (n int, m int);"
                + " create domain public.short as text check (length(value) < 9);"
                + " create function public.sets() returns boolean language plpgsql stable as"
                + " 'begin perform set_config(''pgmb.seen'', ''yes'', false); return true; end'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "e.topic = 'a'",
                "e.topic = any (string_to_array('a,b', ','))",
                "s.params ->> 'x' = e.payload ->> 'x' and s.id > '' and s.group_id collate \"C\" > ''",
                "pgmb.topic_matches(s.params -> 'topics', e.topic) and e.metadata is null",
                "pgmb.extract_date_from_event_id(e.id) > now() - interval '1 day'",
                "(e.payload ->> 'n')::numeric(10, 2) > 1",
                "to_jsonb(e) ->> 'topic' = 'a'",
            })
    void whatIsOfPostgresqlOrOfThisSchemaCanBe(String condition) throws SQLException {
        assertThat(isJoint(condition)).isTrue();
    }

    /** Whoever made it could say that it changes nothing, and have it change what the others see. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "public.is_true(e.topic)",
                "e.topic = 'b' and coalesce(public.is_true(e.topic), true)",
                "e.topic operator(public.===) 'a'",
                "e.topic::text::public.mood = 'good'",
                "'a'::public.short is not null",
                "(e.payload ->> 'n')::public.short is not null",
                "jsonb_populate_record(null::public.pair, e.payload) is not null",
                "(e.payload -> 'n')::text::public.pair is null",
                "pgmb.get_config_value('oldest_client') > ''",
            })
    void whatIsOfOthersCannot(String condition) throws SQLException {
        assertThat(isJoint(condition)).isFalse();
    }

    @Test
    void eachMatchesAsIfItWereAlone() throws SQLException {
        List<String> conditions = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            conditions.add("(e.payload ->> 'n')::int % 40 = " + n + " -- to the end");
            conditions.add("e.topic = 'it''s ' || (s.params ->> 'n') and jsonb_exists(e.payload, 'n') or " + n
                    + " = 7 /* always */");
            conditions.add("nullif(e.metadata ->> 'n', '" + n + "') > '3'");
            conditions.add("length(e.payload ->> 'big') % 40 > " + n + " and s.id > 'su' and s.group_id <> ''");
        }
        for (int n = 0; n < conditions.size(); n++) {
            pgmb.subscribe("group-" + n, conditions.get(n), "{\"n\": " + n % 3 + "}");
        }
        pgmb.run("insert into pgmb.events (topic, payload, metadata) select 'it''s ' || n % 3,"
                + " jsonb_build_object('n', n, 'big', case when n % 7 = 0 then repeat(n::text, 20000) end),"
                + " case when n % 2 = 0 then jsonb_build_object('n', n) end from generate_series(1, 200) n");
        pgmb.tick();
        for (int n = 0; n < conditions.size(); n++) {
            assertThat(pgmb.receivedIds("group-" + n))
                    .as(conditions.get(n))
                    .isEqualTo(pgmb.column(
                            "select e.id from pgmb.events e, pgmb.subscriptions s where s.group_id = ? and ("
                                    + conditions.get(n) + "\n) order by e.seq",
                            "group-" + n));
        }
        assertThat(batches()).containsExactly(128, 32);
        assertThat(pgmb.column("select distinct joint from pgmb.conditions")).containsExactly("t");
    }

    @Test
    void thoseThatFailTakeNothingFromTheOthers() throws SQLException {
        for (int n = 0; n < 30; n++) {
            pgmb.subscribe("fine-" + n, "(e.payload ->> 'n')::int > " + n);
        }
        pgmb.subscribe("failing-1", "100 / (150 - (e.payload ->> 'n')::int) is not null");
        pgmb.subscribe("failing-2", "100 / (30 - (e.payload ->> 'n')::int) is not null");
        pgmb.subscribe("failing always", "1 / length(left(e.topic, 0)) = 1");
        pgmb.publishNumbered("a", 200);
        pgmb.tick();
        for (int n = 0; n < 30; n++) {
            assertThat(pgmb.received("fine-" + n)).hasSize(200 - n);
        }
        assertThat(pgmb.received("failing-1")).hasSize(199);
        assertThat(pgmb.received("failing-2")).hasSize(199);
        assertThat(pgmb.column(
                        "select group_id || ' ' || (payload ->> 'n') from pgmb.dead_letters where group_id <> 'failing always'"
                                + " order by 1"))
                .containsExactly("failing-1 150", "failing-2 30");
        assertThat(pgmb.column("select group_id from pgmb.subscription_status where quarantine is not null"))
                .containsExactly("failing always");
    }

    @Test
    void whatOneSetsOthersDoNotSee() throws SQLException {
        String sees = " = coalesce(current_setting('pgmb.seen', true), '')";
        pgmb.subscribe("before", "''" + sees);
        pgmb.subscribe("setting", "public.sets()");
        pgmb.subscribe("after", "'yes'" + sees);
        pgmb.subscribe("not after", "left('yes', 0)" + sees);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received("setting")).hasSize(1);
        assertThat(pgmb.received("before")).hasSize(1);
        assertThat(pgmb.received("after")).isEmpty();
        assertThat(pgmb.received("not after")).hasSize(1);
    }

    @Test
    void afterATickThatWasCutOffEachIsEvaluatedAlone() throws SQLException {
        subscribeEach(5);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(batches()).containsExactly(5);
        pgmb.run("insert into pgmb.tick_trouble (most_events) values (1)");
        assertThat(batches()).containsExactly(1, 1, 1, 1, 1);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(pgmb.received("group-4")).hasSize(2);
    }

    /** What is found is held in memory until the condition's rights are given back. */
    @Test
    void whatCanMatchIsLimited() throws SQLException {
        subscribeEach(50);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(batches()).containsExactly(50);
        pgmb.run("update pgmb.ticks set events = 50000");
        assertThat(batches()).containsExactly(20, 20, 10);
        pgmb.run("update pgmb.ticks set events = 5000000");
        assertThat(batches()).hasSize(50);
    }

    /** What does not look at the subscription is then evaluated once for all. */
    @Test
    void oneOfManySubscriptionsIsAlone() throws SQLException {
        for (int n = 0; n < 5; n++) {
            pgmb.subscribe("shared-" + n, "e.topic like '%'");
        }
        subscribeEach(2);
        pgmb.publish("a");
        pgmb.tick();
        assertThat(batches()).containsExactly(1, 2);
        assertThat(pgmb.received("shared-4")).hasSize(1);
        assertThat(pgmb.received("group-1")).hasSize(1);
    }

    private void subscribeEach(int conditions) throws SQLException {
        for (int n = 0; n < conditions; n++) {
            pgmb.subscribe("group-" + n, "e.topic <> 'other-" + n + "'");
        }
    }

    private List<Integer> batches() throws SQLException {
        return pgmb.column("select cardinality(b.conditions) from pgmb.condition_batches(" + LAST_STEP + ") b").stream()
                .map(Integer::valueOf)
                .toList();
    }

    private boolean isJoint(String condition) throws SQLException {
        pgmb.subscribe("group", condition);
        return pgmb.isTrue("select c.joint from pgmb.conditions c where c.text = ?", condition);
    }
}
