package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static io.github.pgmb.internal.engine.TestHandlers.blocking;
import static io.github.pgmb.internal.engine.TestHandlers.permanent;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A handler that must not go on before what it failed on. */
class BlockingHandlersTest {

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

    private final Set<String> poison = ConcurrentHashMap.newKeySet();
    private final AtomicInteger failures = new AtomicInteger();

    private TestNode on(TestNode other, Unit unit, Acknowledging acknowledging, FailurePolicy policy) {
        return other.handler(TestHandlers.onTopic("t", unit, acknowledging, blocking(policy), this::handle));
    }

    private void handle(List<StoredEvent> events) {
        if (events.stream().anyMatch(event -> poison.contains(event.payload()))) {
            failures.incrementAndGet();
            throw new IllegalStateException("poison");
        }
        received.handle(events);
    }

    private void makeDue() {
        sql.execute("update pgmb.retries set due_at = clock_timestamp()");
    }

    @ParameterizedTest
    @EnumSource
    void goesOnInOrderAfterARetry(Acknowledging acknowledging) {
        poison.add("2");
        on(node, Unit.EVENT, acknowledging, after(NEVER, NEVER)).owning();
        node.publish("t", "1", "2", "3");
        await(() -> failures.get() == 1);
        node.publish("t", "4");
        Received.pause(700);
        assertThat(received.payloads()).containsExactly("1");
        makeDue();
        await(() -> failures.get() == 2);
        Received.pause(500);
        assertThat(received.payloads()).containsExactly("1");
        poison.clear();
        makeDue();
        received.awaitCount(4);
        assertThat(received.payloads()).containsExactly("1", "2", "3", "4");
    }

    @ParameterizedTest
    @EnumSource
    void goesOnInOrderAfterTheRetryOfABatch(Acknowledging acknowledging) {
        poison.add("1");
        on(node, Unit.BATCH, acknowledging, after(NEVER)).owning();
        node.publish("t", "1", "2");
        await(() -> failures.get() == 1);
        node.publish("t", "3");
        Received.pause(700);
        poison.clear();
        makeDue();
        received.awaitCount(3);
        assertThat(received.payloads()).containsExactly("1", "2", "3");
        assertThat(received.calls()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void goesOnInOrderWithABatchThatBecomesSingleEvents(Acknowledging acknowledging) {
        poison.addAll(Set.of("1", "3"));
        on(node, Unit.BATCH, acknowledging, after(NEVER)).owning();
        node.publish("t", "1", "2", "3", "4");
        await(() -> failures.get() == 1);
        node.close();
        node = new TestNode(DATABASE.dataSource());
        on(node, Unit.EVENT, acknowledging, after(NEVER, NEVER)).owning();
        node.publish("t", "5");
        makeDue();
        await(() -> failures.get() == 2);
        Received.pause(500);
        assertThat(received.payloads()).isEmpty();
        assertThat(sql.one("select cardinality(event_ids) || ' ' || attempts from pgmb.retries"))
                .isEqualTo("4 2");
        poison.remove("1");
        makeDue();
        await(() -> failures.get() == 3);
        assertThat(received.payloads()).containsExactly("1", "2");
        sql.awaitCount("pgmb.retries where attempts = 1 and cardinality(event_ids) = 2", 1);
        makeDue();
        sql.awaitCount("pgmb.retries where attempts = 2", 1);
        assertThat(failures).hasValue(4);
        makeDue();
        // The third attempt was its last.
        received.awaitCount(4);
        assertThat(received.payloads()).containsExactly("1", "2", "4", "5");
        assertThat(sql.one("select payload from pgmb.dead_letters")).isEqualTo("3");
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAfterTheDeadLetter(Acknowledging acknowledging) {
        poison.add("2");
        on(node, Unit.EVENT, acknowledging, after(SOON, SOON)).owning();
        node.publish("t", "1", "2", "3");
        received.awaitCount(2);
        assertThat(failures).hasValue(3);
        assertThat(sql.one("select payload from pgmb.dead_letters")).isEqualTo("2");
    }

    @ParameterizedTest
    @EnumSource
    void goesOnAtOnceAfterWhatFailsForGood(Acknowledging acknowledging) {
        poison.add("2");
        on(node, Unit.EVENT, acknowledging, permanent(after(NEVER), IllegalStateException.class))
                .owning();
        node.publish("t", "1", "2", "3");
        received.awaitCount(2);
        assertThat(received.payloads()).containsExactly("1", "3");
    }

    @ParameterizedTest
    @EnumSource
    void waitsOnAfterARestart(Acknowledging acknowledging) {
        poison.add("2");
        on(node, Unit.EVENT, acknowledging, after(NEVER, NEVER)).owning();
        node.publish("t", "1", "2", "3");
        sql.awaitCount("pgmb.retries", 1);
        node.close();
        node = on(new TestNode(DATABASE.dataSource()), Unit.EVENT, acknowledging, after(NEVER, NEVER))
                .owning();
        Received.pause(700);
        assertThat(received.payloads()).containsExactly("1");
        poison.clear();
        makeDue();
        received.awaitCount(3);
        assertThat(received.payloads()).containsExactly("1", "2", "3");
    }

    @ParameterizedTest
    @EnumSource
    void waitsOnAfterATakeoverByANodeThatLookedOn(Acknowledging acknowledging) {
        poison.add("2");
        var power = new CuttableDataSource(DATABASE.dataSource());
        node = on(new TestNode(power), Unit.EVENT, acknowledging, after(NEVER, NEVER))
                .owning();
        try (var heir = on(new TestNode(DATABASE.dataSource()), Unit.EVENT, acknowledging, after(NEVER, NEVER))
                .start()) {
            heir.publish("t", "1", "2", "3");
            sql.awaitCount("pgmb.retries", 1);
            Received.pause(500);
            power.cut();
            await(() -> heir.engine().status().groups().get(0).ownedHere());
            Received.pause(700);
            assertThat(received.payloads()).containsExactly("1");
            poison.clear();
            makeDue();
            received.awaitCount(3);
            assertThat(received.payloads()).containsExactly("1", "2", "3");
        }
    }

    /** Failures and restarts at random moments. */
    @ParameterizedTest
    @EnumSource
    void neverChangesTheOrder(Acknowledging acknowledging) {
        var random = new Random(acknowledging.name().length());
        var handled = new ArrayList<String>();
        var policy = blocking(after(SOON, SOON, SOON, SOON, SOON, SOON, SOON, SOON, SOON, SOON, SOON, SOON));
        var flaky = TestHandlers.onTopic("t", Unit.EVENT, acknowledging, policy, events -> {
            synchronized (handled) {
                if (random.nextInt(3) == 0) {
                    throw new IllegalStateException("at random");
                }
                handled.add(events.get(0).id());
            }
        });
        node.handler(flaky).owning();
        var ids = new ArrayList<String>();
        for (var round = 0; round < 4; round++) {
            ids.addAll(node.publish(
                    "t", IntStream.range(0, 20).mapToObj(Integer::toString).toArray(String[]::new)));
            Received.pause(random.nextInt(700));
            node.close();
            node = new TestNode(DATABASE.dataSource()).handler(flaky).owning();
        }
        await(() -> node.engine().status().groups().get(0).position() == ids.size());
        await(() -> sql.count("pgmb.retries") == 0);
        synchronized (handled) {
            assertThat(handled.stream().distinct()).containsExactlyElementsOf(ids);
        }
    }
}
