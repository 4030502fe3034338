package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Retries that clients of other languages ask for. */
class RequestedRetriesTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofDays(7);

    private final TestSql sql = new TestSql(DATABASE);
    private final Received received = new Received();
    private TestNode node;

    @BeforeEach
    void emptyDatabase() {
        sql.withoutSchema();
        node = new TestNode(DATABASE.dataSource());
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private void start(Acknowledging acknowledging) {
        node.handler(TestHandlers.onTopic("t", Unit.BATCH, acknowledging, after(SOON, SOON), received))
                .onTopic("b", "none", events -> {})
                .owning();
    }

    /** As they insert it, for a subscription of the group. */
    private String ask(String payload) {
        return sql.one("""
                insert into pgmb.events (topic, payload, subscription_id)
                select 'pgmb-retry', '%s', s.id from pgmb.subscriptions s where s.group_id = 'test:a'
                returning id
                """.formatted(payload));
    }

    private static String retry(String ids, int number, String handler) {
        return "{\"ids\": " + ids + ", \"retryNumber\": " + number + ", \"handlerName\": \"" + handler + "\"}";
    }

    @ParameterizedTest
    @EnumSource
    void areCarriedOut(Acknowledging acknowledging) {
        start(acknowledging);
        var ids = node.publish("t", "1", "2", "3");
        received.awaitCount(3);
        ask(retry("[\"" + ids.get(2) + "\", \"" + ids.get(0) + "\", \"" + ids.get(2) + "\"]", 1, "a"));
        received.awaitCount(5);
        assertThat(received.calls()).hasSize(2);
        assertThat(received.payloads()).containsExactly("1", "2", "3", "3", "1");
        sql.awaitCount("pgmb.retries", 0);
        assertThat(sql.count("pgmb.dead_letters")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void areDeadLettersIfNobodyCanCarryThemOut(Acknowledging acknowledging) {
        start(acknowledging);
        var ids = node.publish("t", "1");
        received.awaitCount(1);
        var wrong = List.of(
                "{}",
                "[]",
                "1",
                "null",
                "{\"ids\": [], \"retryNumber\": 1, \"handlerName\": \"a\"}",
                "{\"ids\": [1], \"retryNumber\": 1, \"handlerName\": \"a\"}",
                "{\"ids\": \"x\", \"retryNumber\": 1, \"handlerName\": \"a\"}",
                "{\"ids\": [\"x\", \"" + "ä".repeat(128) + "\"], \"retryNumber\": 1, \"handlerName\": \"a\"}",
                "{\"ids\": [\"x\"], \"retryNumber\": -1, \"handlerName\": \"a\"}",
                "{\"ids\": [\"x\"], \"retryNumber\": 1.5, \"handlerName\": \"a\"}",
                "{\"ids\": [\"x\"], \"retryNumber\": 1e1000, \"handlerName\": \"a\"}",
                "{\"ids\": [\"x\"], \"retryNumber\": 1}",
                retry("[\"" + ids.get(0) + "\"]", 1, "b"),
                retry("[\"" + ids.get(0) + "\"]", 1, "somebody else"));
        wrong.forEach(this::ask);
        sql.awaitCount("pgmb.dead_letters where reason = 'retry' and topic = 'pgmb-retry'", wrong.size());
        assertThat(sql.count("pgmb.retries")).isZero();
        assertThat(received.ids()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void tellWhatTheyNameAndIsNotThere(Acknowledging acknowledging) {
        start(acknowledging);
        var ids = node.publish("t", "1");
        received.awaitCount(1);
        ask(retry("[\"never\", \"" + ids.get(0) + "\", \"\"]", 2, "a"));
        received.awaitCount(2);
        sql.awaitCount("pgmb.dead_letters", 2);
        assertThat(sql.rows(
                        "select concat_ws(' ', event_id, reason, attempts) from pgmb.dead_letters order by event_id"))
                .containsExactly(" gone 2", "never gone 2");
    }

    @ParameterizedTest
    @EnumSource
    void doNotNameEachOtherForEver(Acknowledging acknowledging) {
        start(acknowledging);
        var first = ask(retry("[\"none\"]", 0, "a"));
        sql.awaitCount("pgmb.dead_letters", 1);
        ask(retry("[\"" + first + "\"]", 0, "a"));
        sql.awaitCount("pgmb.dead_letters where reason = 'retry'", 1);
        await(() -> sql.count("pgmb.retries") == 0);
    }

    @ParameterizedTest
    @EnumSource
    void countAttemptsWhateverTheyClaim(Acknowledging acknowledging) {
        node.handler(TestHandlers.onTopic("t", Unit.BATCH, acknowledging, after(NEVER, NEVER), events -> {
                    if (received.calls().size() == 1) {
                        received.handle(events);
                        throw new IllegalStateException("the second time");
                    }
                    received.handle(events);
                }))
                .owning();
        var ids = node.publish("t", "1");
        received.awaitCount(1);
        ask(retry("[\"" + ids.get(0) + "\"]", Integer.MAX_VALUE, "a"));
        sql.awaitCount("pgmb.dead_letters where reason = 'attempts' and attempts > 0", 1);
    }
}
