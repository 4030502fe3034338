package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What cannot be an event is refused by its statement and leaves nothing behind; what can be one harms nobody. */
class HostilePayloadsTest {
    private static final String GROUP = "all";
    private static final String INSERT = "insert into pgmb.events (topic, payload) values (?, ?::jsonb)";
    private static final String TOPIC = "topic";

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void subscribe() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        pgmb.subscribe(GROUP, Pgmb.ALL);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                arguments("22P05", TOPIC, "{\"a\": \"\\u0000\"}"),
                arguments("22P05", TOPIC, "{\"\\u0000\": 1}"),
                arguments("22021", TOPIC, "{\"a\": \"\0\"}"),
                arguments("22021", "a\0b", "{}"),
                arguments("22P02", TOPIC, "{\"a\": \"\\ud800\"}"),
                arguments("54001", TOPIC, "[".repeat(1_000_000)),
                arguments("54001", TOPIC, "{\"a\":".repeat(1_000_000)),
                arguments("54001", TOPIC, "[".repeat(1_000_000) + "]".repeat(1_000_000)),
                arguments("22003", TOPIC, "1e999999"),
                arguments("22003", TOPIC, "{\"n\": -1e999999}"),
                arguments("22P02", TOPIC, "{\"n\": NaN}"),
                arguments("22P02", TOPIC, "{\"n\": 1"),
                arguments("22P02", TOPIC, "{} {}"),
                arguments("22P02", TOPIC, ""),
                arguments("23502", TOPIC, null),
                arguments("23502", null, "{}"),
                arguments("22001", "t".repeat(256), "{}"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefused(String sqlState, String topic, String payload) throws SQLException {
        assertRefused(sqlState, INSERT, topic, payload);
        assertThat(received()).isEqualTo(1);
    }

    /** Longer ones could be in the log, but not everywhere where they are indexed together with a group. */
    @Test
    void idsHaveALength() throws SQLException {
        assertRefused("23514", "insert into pgmb.events (id, topic, payload) values (?, 'a', '{}')", "ä".repeat(128));
        assertRefused("23514", "insert into pgmb.subscription_groups (id) values (?)", "g".repeat(1001));
        String longest = incompressible(1000);
        pgmb.subscribe(longest, "1 / (e.payload ->> 'n')::int > 0");
        String id = incompressible(255);
        pgmb.run("insert into pgmb.events (id, topic, payload) values (?, 'a', '{\"n\": 0}')", id);
        pgmb.dispatch();
        assertThat(pgmb.deadLetters(longest)).containsExactly(id);
    }

    private static String incompressible(int length) {
        return new Random(1).ints(length, 33, 127).mapToObj(Character::toString).collect(Collectors.joining());
    }

    /** PostgreSQL's own limit is 256 MiB for a string and for a whole array or object, and it takes a while to get there. */
    @Test
    void isRefusedBeyondTheSizeThatAValueCanHave() throws SQLException {
        assumeThat(LongForm.wanted()).isTrue();
        assertRefused(
                "54000", "insert into pgmb.events (topic, payload) values ('a', to_jsonb(repeat('x', 268435456)))");
        assertThat(received()).isEqualTo(1);
    }

    @Test
    void oneInABatchRefusesTheBatchAndNothingElse() throws SQLException {
        assertRefused(
                "22003",
                "insert into pgmb.events (topic, payload) select 'a', p::jsonb from unnest(?::text[]) p",
                "{1,2,1e999999,4}");
        assertThat(received()).isEqualTo(1);
    }

    @Test
    void aRefusalInASavepointLeavesTheRestOfTheTransaction() throws SQLException {
        pgmb.begin();
        pgmb.publish("before");
        pgmb.run("savepoint s");
        assertThatThrownBy(() -> pgmb.run(INSERT, "a", "1e999999")).isInstanceOf(SQLException.class);
        pgmb.run("rollback to s");
        pgmb.publish("after");
        pgmb.commit();
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly("before", "after");
    }

    /** Others publish meanwhile. */
    private void assertRefused(String sqlState, String sql, Object... parameters) throws SQLException {
        Pgmb other = sessions.open();
        other.begin();
        other.publish("other");
        assertThatThrownBy(() -> pgmb.run(sql, parameters)).isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo(sqlState);
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(2_000);
        });
        other.commit();
    }

    private int received() throws SQLException {
        pgmb.dispatch();
        assertThat(pgmb.number("select count(*) from pgmb.events")).isEqualTo(pgmb.head(GROUP));
        return pgmb.received(GROUP).size();
    }

    static Stream<String> accepted() {
        return Stream.of(
                "null",
                "\"\"",
                "1e131071",
                "-1e-16383",
                "[".repeat(1_000) + "]".repeat(1_000),
                "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000),
                "{\"\": {\"a\\\\b\\\"\\n\\r\\t'$1%s$$;--\": \"\\u2028\\ud83d\\ude00\"}}",
                "\"" + "x".repeat(10_000_000) + "\"");
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void isDeliveredAsItIs(String payload) throws SQLException {
        pgmb.subscribe("asks the payload", "e.payload @> s.params", "{\"a\": 1}");
        Ownership owned = pgmb.own("node", "reader");
        pgmb.run(INSERT, TOPIC, payload);
        pgmb.publish("next");
        pgmb.dispatch();
        assertThat(pgmb.received(GROUP)).containsExactly(TOPIC, "next");
        assertThat(pgmb.isTrue(
                        "select payload::jsonb = ?::jsonb from pgmb.read_group('node', ?, ?, 0, 1)",
                        payload,
                        owned.groupNo(),
                        owned.epoch()))
                .isTrue();
    }

    /** Other clients retry by such events. One that names no subscription, or asks for nothing, is an event like any other. */
    @ParameterizedTest
    @MethodSource("retries")
    void aRetryFromAnybodyIsDispatchedOnce(String payload) throws SQLException {
        Ownership owned = pgmb.own("node", "reader");
        pgmb.run(INSERT, "pgmb-retry", payload);
        pgmb.publishTo("su0000000000000000000000", "pgmb-retry");
        pgmb.publish("next");
        pgmb.dispatch();
        assertThat(pgmb.tick()).isEqualTo(new Pgmb.Tick(false, 0, false));
        assertThat(pgmb.received(GROUP)).containsExactly("pgmb-retry", "next");
        assertThat(pgmb.read("node", owned, 0, 10))
                .extracting(Pgmb.Event::topic)
                .containsExactly("pgmb-retry", "next");
        assertThat(pgmb.advance("node", owned, 0, 2)).isTrue();
        assertThat(pgmb.read("node", owned, 2, 10)).isEmpty();
        assertThat(readByCursor()).isEqualTo(2);
    }

    static Stream<String> retries() {
        return Stream.of(
                "{}",
                "null",
                "{\"ids\": []}",
                "{\"ids\": 1}",
                "{\"ids\": [null, 1, {}, \"x\"]}",
                "[\"ids\"]",
                "{\"ids\": [\"pm0000000000000000000000\"], \"retryNumber\": 1, \"handlerName\": \"reader\"}");
    }

    /** Until there is no more; each reading goes on after the one before. */
    private int readByCursor() throws SQLException {
        int read = 0;
        String cursor = pgmb.text("select max(next_cursor) from pgmb.read_next_events(?, null, 1)", GROUP);
        while (cursor != null) {
            assertThat(++read).isLessThan(10);
            cursor = pgmb.text("select max(next_cursor) from pgmb.read_next_events(?, ?, 1)", GROUP, cursor);
        }
        return read;
    }
}
