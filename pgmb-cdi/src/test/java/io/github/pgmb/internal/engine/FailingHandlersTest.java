package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static io.github.pgmb.internal.engine.TestHandlers.permanent;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import io.github.pgmb.test.postgres.TestDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of events that a handler fails on, in both ways of acknowledgement. */
class FailingHandlersTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofDays(7);

    private final TestSql sql = new TestSql(DATABASE);
    private final Received received = new Received();
    private final Set<String> poison = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();
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

    private void start(Unit unit, Acknowledging acknowledging, FailurePolicy policy) {
        start(unit, acknowledging, policy, this::handle);
    }

    private void start(Unit unit, Acknowledging acknowledging, FailurePolicy policy, StoredHandling handling) {
        node.handler(TestHandlers.onTopic("t", unit, acknowledging, policy, handling))
                .owning();
    }

    private void restart(Unit unit, Acknowledging acknowledging, FailurePolicy policy) {
        node.close();
        node = new TestNode(DATABASE.dataSource());
        start(unit, acknowledging, policy);
    }

    private void handle(List<StoredEvent> events) {
        if (events.stream().anyMatch(event -> poison.contains(event.payload()))) {
            failures.incrementAndGet();
            throw new IllegalStateException("poison");
        }
        received.handle(events);
    }

    private List<List<String>> handled() {
        return received.calls().stream()
                .map(call -> call.stream().map(StoredEvent::payload).toList())
                .toList();
    }

    private void makeDue() {
        sql.execute("update pgmb.retries set due_at = clock_timestamp()");
    }

    @ParameterizedTest
    @EnumSource
    void anEventIsTriedAgainByItselfWhileOthersGoOn(Acknowledging acknowledging) {
        poison.add("3");
        start(Unit.EVENT, acknowledging, after(NEVER, NEVER));
        var ids = node.publish("t", "1", "2", "3", "4", "5");
        received.awaitCount(4);
        assertThat(received.payloads()).containsExactly("1", "2", "4", "5");
        sql.awaitCount("pgmb.retries", 1);
        assertThat(sql.one("select event_ids from pgmb.retries")).isEqualTo("{" + ids.get(2) + "}");
        makeDue();
        await(() -> failures.get() == 2);
        sql.awaitCount("pgmb.retries where attempts = 2", 1);
        poison.clear();
        makeDue();
        received.awaitCount(5);
        sql.awaitCount("pgmb.retries", 0);
        assertThat(sql.count("pgmb.dead_letters")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aRetryHoldsExactlyTheEventsOfItsBatch(Acknowledging acknowledging) {
        poison.add("2");
        start(Unit.BATCH, acknowledging, after(NEVER, NEVER));
        node.publish("t", "1", "2", "3");
        await(() -> failures.get() == 1);
        node.publish("t", "4", "5");
        received.awaitCount(2);
        makeDue();
        await(() -> failures.get() == 2);
        node.publish("t", "6");
        received.awaitCount(3);
        poison.clear();
        makeDue();
        received.awaitCount(6);
        assertThat(handled()).containsExactly(List.of("4", "5"), List.of("6"), List.of("1", "2", "3"));
    }

    @ParameterizedTest
    @EnumSource
    void anEventIsADeadLetterAfterItsLastAttempt(Acknowledging acknowledging) {
        start(Unit.EVENT, acknowledging, after(SOON, SOON), events -> {
            if (events.get(0).payload().equals("1")) {
                failures.incrementAndGet();
                throw new Exception(null, new IllegalArgumentException("number " + failures.get()));
            }
            received.handle(events);
        });
        try (var lines = LogLines.of("io.github.pgmb")) {
            node.publish("t", "1", "2");
            sql.awaitCount("pgmb.dead_letters", 1);
            assertThat(lines.said().stream().filter(line -> line.startsWith("PGMB-0409")))
                    .singleElement()
                    .asString()
                    .contains("handler a (Test.a)", "after 3 attempts", "number 3");
        }
        assertThat(failures).hasValue(3);
        assertThat(sql.count("pgmb.retries")).isZero();
        assertThat(sql.one(
                        "select concat_ws(' ', topic, payload, reason, attempts, message, jsonb_array_length(causes),"
                                + " causes #>> '{1,type}', first_failed_at < failed_at) from pgmb.dead_letters"))
                .isEqualTo("t 1 attempts 3 java.lang.IllegalArgumentException: number 3 2"
                        + " java.lang.IllegalArgumentException t");
        received.awaitCount(1);
    }

    @ParameterizedTest
    @EnumSource
    void whatFailsForGoodIsNotTriedAgain(Acknowledging acknowledging) {
        start(Unit.EVENT, acknowledging, permanent(after(SOON), IllegalArgumentException.class), events -> {
            failures.incrementAndGet();
            switch (events.get(0).payload()) {
                case "1" -> throw new IllegalArgumentException("at once");
                case "2" -> throw new Exception("wrapped", new NumberFormatException("as a cause, and a subclass"));
                default -> throw new IllegalStateException("again");
            }
        });
        node.publish("t", "1", "2", "3");
        sql.awaitCount("pgmb.dead_letters", 3);
        assertThat(
                        sql.rows(
                                "select concat_ws(' ', payload, reason, attempts) from pgmb.dead_letters order by payload::text"))
                .containsExactly("1 permanent 1", "2 permanent 1", "3 attempts 2");
        assertThat(failures).hasValue(4);
    }

    @ParameterizedTest
    @EnumSource
    void aPayloadThatCannotBeReadIsADeadLetterAtOnce(Acknowledging acknowledging) {
        startReading(Unit.EVENT, acknowledging);
        node.publish("t", "1", "2", "3");
        received.awaitCount(2);
        assertUnreadable();
    }

    @ParameterizedTest
    @EnumSource
    void theRestOfABatchIsHandledWithoutWhatCannotBeRead(Acknowledging acknowledging) {
        startReading(Unit.BATCH, acknowledging);
        node.publish("t", "1", "2", "3");
        received.awaitCount(2);
        assertThat(handled()).containsExactly(List.of("1", "3"));
        assertUnreadable();
        // Nothing but what cannot be read.
        node.publish("t", "2", "2");
        sql.awaitCount("pgmb.dead_letters", 3);
        node.publish("t", "4");
        received.awaitCount(3);
    }

    private void startReading(Unit unit, Acknowledging acknowledging) {
        var picky = new Handling() {
            @Override
            public Object read(StoredEvent event) {
                if (event.payload().equals("2")) {
                    throw new IllegalArgumentException("not a two");
                }
                if (event.payload().equals("\"deep\"")) {
                    throw new StackOverflowError();
                }
                if (event.payload().equals("\"checked\"")) {
                    throw TestHandlers.<RuntimeException>undeclared(new IOException("cannot be read"));
                }
                return event;
            }

            @Override
            public void handle(List<Object> events) {
                received.handle(events.stream().map(StoredEvent.class::cast).toList());
            }
        };
        var preset = TestHandlers.onTopic("t", unit, acknowledging, after(SOON, SOON), received);
        node.handler(new HandlerDefinition(
                        "a",
                        preset.interest(),
                        unit,
                        acknowledging,
                        preset.failures(),
                        Duration.ZERO,
                        0,
                        "Test.a",
                        picky))
                .owning();
    }

    private void assertUnreadable() {
        sql.awaitCount("pgmb.dead_letters", 1);
        assertThat(sql.one("select concat_ws(' ', payload, reason, attempts, message) from pgmb.dead_letters"))
                .isEqualTo("2 payload 1 java.lang.IllegalArgumentException: not a two");
        for (var payload : List.of("\"deep\"", "\"checked\"")) {
            node.publish("t", payload);
            sql.awaitCount("pgmb.dead_letters where payload = '" + payload + "'", 1);
            sql.execute("delete from pgmb.dead_letters where payload = '" + payload + "'");
        }
        assertThat(sql.count("pgmb.retries")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whateverAHandlerThrowsBecomesARetry(Acknowledging acknowledging) {
        start(Unit.EVENT, acknowledging, after(NEVER), events -> {
            switch (events.get(0).payload()) {
                case "1" -> throw new ServiceConfigurationError("an error");
                case "2" -> throw new StackOverflowError();
                case "3" -> throw new OutOfMemoryError("not really");
                case "4" -> throw new NoClassDefFoundError("gone");
                case "5" -> throw new AssertionError("wrong");
                case "6" -> throw new Mute();
                default -> received.handle(events);
            }
        });
        node.publish("t", "1", "2", "3", "4", "5", "6", "7");
        received.awaitCount(1);
        sql.awaitCount("pgmb.retries where attempts = 1", 6);
        assertThat(sql.one("select last_error from pgmb.retry_status where last_error like '%Mute%'"))
                .contains("its message cannot be had");
    }

    private static final class Mute extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new UnsupportedOperationException();
        }
    }

    @ParameterizedTest
    @EnumSource
    void attemptsAndTheirErrorsSurviveARestart(Acknowledging acknowledging) {
        poison.add("1");
        start(Unit.EVENT, acknowledging, after(NEVER, NEVER, NEVER));
        node.publish("t", "1");
        sql.awaitCount("pgmb.retries", 1);
        restart(Unit.EVENT, acknowledging, after(NEVER, NEVER, NEVER));
        makeDue();
        sql.awaitCount("pgmb.retries where attempts = 2", 1);
        assertThat(sql.one("select concat_ws(' ', group_id, attempts, last_error,"
                        + " next_attempt_at > now() + interval '6 days 23 hours', first_failed_at < last_failed_at)"
                        + " from pgmb.retry_status"))
                .isEqualTo("test:a 2 java.lang.IllegalStateException: poison t t");
        restart(Unit.EVENT, acknowledging, after(NEVER));
        makeDue();
        sql.awaitCount("pgmb.dead_letters where attempts = 3", 1);
    }

    @ParameterizedTest
    @EnumSource
    void attemptsSurviveTheEndOfTheirNode(Acknowledging acknowledging) {
        poison.add("1");
        var power = new CuttableDataSource(DATABASE.dataSource());
        node = new TestNode(power);
        start(Unit.EVENT, acknowledging, after(SOON, NEVER, NEVER));
        node.publish("t", "1");
        sql.awaitCount("pgmb.retries where attempts = 2", 1);
        power.cut();
        try (var heir = new TestNode(DATABASE.dataSource())) {
            heir.handler(TestHandlers.onTopic("t", Unit.EVENT, acknowledging, after(SOON, NEVER, NEVER), this::handle))
                    .owning();
            makeDue();
            sql.awaitCount("pgmb.retries where attempts = 3", 1);
            poison.clear();
            makeDue();
            received.awaitCount(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHandlerOfBatchesCanBecomeOneOfSingleEventsAndBack(Acknowledging acknowledging) {
        poison.add("2");
        start(Unit.BATCH, acknowledging, after(NEVER, NEVER, NEVER));
        node.publish("t", "1", "2", "3");
        sql.awaitCount("pgmb.retries", 1);
        restart(Unit.EVENT, acknowledging, after(NEVER, NEVER, NEVER));
        makeDue();
        received.awaitCount(2);
        sql.awaitCount("pgmb.retries where attempts = 2 and cardinality(event_ids) = 1", 1);
        assertThat(handled()).containsExactly(List.of("1"), List.of("3"));
        restart(Unit.BATCH, acknowledging, after(NEVER, NEVER, NEVER));
        poison.clear();
        makeDue();
        received.awaitCount(3);
        sql.awaitCount("pgmb.retries", 0);
    }

    /** The log was kept for it, but somebody has deleted it by hand. */
    @ParameterizedTest
    @EnumSource
    void whatIsNoLongerInTheLogIsADeadLetter(Acknowledging acknowledging) {
        poison.add("2");
        start(Unit.BATCH, acknowledging, after(NEVER));
        node.publish("t", "1", "2", "3");
        sql.awaitCount("pgmb.retries", 1);
        sql.execute("delete from pgmb.events where payload = '2'");
        makeDue();
        received.awaitCount(2);
        assertThat(handled()).containsExactly(List.of("1", "3"));
        sql.awaitCount("pgmb.dead_letters", 1);
        assertThat(sql.one("select concat_ws(' ', reason, attempts, message) from pgmb.dead_letters"))
                .isEqualTo("gone 1 The event is no longer in the log.");
    }
}
