package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One node, from publishing to acknowledgement. */
class EngineTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final Received received = new Received();
    private final Received others = new Received();
    private TestNode node;

    @BeforeEach
    void newNode() throws Exception {
        try (var connection = DATABASE.connect();
                var statement = connection.createStatement()) {
            statement.execute("drop schema if exists pgmb cascade");
        }
        node = new TestNode(DATABASE.dataSource());
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private static void awaitOwned(TestNode node) {
        await(() -> node.engine().status().groups().stream().allMatch(GroupStatus::ownedHere));
    }

    private TestNode started() {
        node.start();
        awaitOwned(node);
        return node;
    }

    @Test
    void handlesWhatWasPublishedInOrder() {
        node.onTopic("a", "t", received);
        started();
        var ids = node.publish(
                "t",
                IntStream.range(0, 2500).mapToObj(n -> "{\"n\": " + n + "}").toArray(String[]::new));
        received.awaitCount(2500);
        assertThat(received.ids()).isEqualTo(ids);
        assertThat(ids).isSorted();
    }

    @Test
    void givesABatchHandlerItsChunkAtOnce() {
        node.handler("a", new Interest(List.of("t"), "", "{}"), Unit.BATCH, Acknowledging.AFTER_RETURN, received);
        started();
        var ids = node.publish("t", "1", "2", "3");
        received.awaitCount(3);
        assertThat(received.calls()).hasSize(1);
        assertThat(received.ids()).isEqualTo(ids);
    }

    @Test
    void wakesWithoutWaitingForThePollInterval() {
        var never = Duration.ofSeconds(50);
        var base = TestNode.settings();
        node.with(new Settings(
                "test",
                never,
                Duration.ofMillis(900),
                1000,
                never,
                base.lease(),
                4,
                base.drainTimeout(),
                base.schemaMigration()));
        node.onTopic("a", "t", received);
        started();
        Received.pause(1000);
        var before = System.nanoTime();
        node.publish("t", "1");
        received.awaitCount(1);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(700));
    }

    @Test
    void publishesNothingWhenTheCallersTransactionRollsBack() throws Exception {
        node.onTopic("a", "t", received);
        started();
        assertThatThrownBy(() -> node.transactions().inTransaction(Duration.ZERO, () -> {
                    node.publish("t", "\"lost\"");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        node.transactions().inTransaction(Duration.ZERO, () -> node.publish("t", "\"kept\""));
        received.awaitCount(1);
        assertThat(received.payloads()).containsExactly("\"kept\"");
    }

    @Test
    void keepsItsPlaceOverARestart() {
        node.onTopic("a", "t", received);
        started();
        node.publish("t", "1", "2");
        received.awaitCount(2);
        node.close();

        node = new TestNode(DATABASE.dataSource()).onTopic("a", "t", others);
        started();
        node.publish("t", "3");
        others.awaitCount(1);
        assertThat(others.payloads()).containsExactly("3");
    }

    @Test
    void receivesWhatWasPublishedWhileItWasAway() throws Exception {
        node.onTopic("a", "t", received);
        started();
        node.close();
        try (var connection = DATABASE.connect();
                var statement = connection.createStatement()) {
            statement.execute("insert into pgmb.events (topic, payload) values ('t', '{\"from\": \"psql\"}')");
        }
        node = new TestNode(DATABASE.dataSource()).onTopic("a", "t", others);
        started();
        others.awaitCount(1);
    }

    @Test
    void retriesAFailingHandlerAfterGrowingDelaysAndBlocksNobodyElse() {
        var failures = new AtomicInteger();
        var delays = Stream.of(100, 200, 400, 800).map(Duration::ofMillis).toList();
        node.onTopic("failing", "t", policy(new RetryPlan.Delays(delays)), events -> {
            if (failures.incrementAndGet() < 5) {
                throw new Exception("not yet");
            }
            received.handle(events);
        });
        node.onTopic("healthy", "t", others);
        started();
        var before = System.nanoTime();
        node.publish("t", "1");
        others.awaitCount(1);
        await(() -> lastError("failing").equals("not yet"));
        received.awaitCount(1);
        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isGreaterThan(Duration.ofMillis(100 + 200 + 400 + 800));
        await(() -> lastError("failing").isEmpty());
    }

    private static FailurePolicy policy(RetryPlan retries) {
        return new FailurePolicy(retries, List.of(), false, Optional.empty());
    }

    private String lastError(String handler) {
        return node.engine().status().groups().stream()
                .filter(group -> group.handler().equals(handler))
                .flatMap(group -> group.lastError().stream())
                .findFirst()
                .orElse("");
    }

    /** It is the handler's own, of some other transaction. */
    @Test
    void takesASerializationFailureOfAHandlerForAnyOther() {
        node.onTopic("failing", "t", events -> {
                    throw new SQLException("could not serialize access", "40001");
                })
                .start();
        awaitOwned(node);
        node.publish("t", "1");
        await(() -> lastError("failing").contains("could not serialize"));
    }

    @Test
    void acknowledgesWhatPrecededAFailureInItsChunk() {
        var failed = new AtomicInteger();
        node.onTopic("a", "t", events -> {
            if (events.get(0).payload().equals("3") && failed.getAndIncrement() == 0) {
                throw new Exception("once");
            }
            received.handle(events);
        });
        started();
        node.publish("t", "1", "2", "3", "4");
        received.awaitCount(4);
        assertThat(received.payloads()).containsExactly("1", "2", "4", "3");
    }

    @Test
    void deliversByConditionAndParameters() {
        node.handler(
                "rich",
                new Interest(
                        List.of("order.*"),
                        "(e.payload->>'total')::int > (s.params->>'min')::int -- rich",
                        "{\"min\": 10}"),
                Unit.EVENT,
                Acknowledging.AFTER_RETURN,
                received);
        node.handler("all", new Interest(List.of(), "true", "{}"), Unit.EVENT, Acknowledging.AFTER_RETURN, others);
        started();
        node.publish("order.eu", "{\"total\": 9}", "{\"total\": 11}");
        node.publish("orders", "{\"total\": 12}");
        others.awaitCount(3);
        received.awaitCount(1);
        assertThat(received.payloads()).containsExactly("{\"total\": 11}");
    }

    @Test
    void refusesAWrongConditionForItsHandlerAlone() {
        node.handler(
                "wrong", new Interest(List.of(), "e.topic = ", "{}"), Unit.EVENT, Acknowledging.AFTER_RETURN, others);
        node.onTopic("right", "t", received);
        node.start();
        await(() ->
                lastError("wrong").contains("PGMB-0403") && lastError("wrong").contains("syntax error"));
        node.publish("t", "1");
        received.awaitCount(1);
    }

    @Test
    void deliversAlthoughTheSchedulerNeverFires() throws Exception {
        var blocked = new CountDownLatch(1);
        node.scheduler().execute(() -> {
            try {
                blocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        node.onTopic("a", "t", received);
        started();
        await(() -> node.engine().status().schedulerStarved());
        try (var connection = DATABASE.connect();
                var statement = connection.createStatement()) {
            statement.execute("insert into pgmb.events (topic, payload) values ('t', '1')");
        }
        received.awaitCount(1);
    }

    @Test
    void letsModulesComeAndGo() throws Exception {
        node.onTopic("a", "t", received);
        started();
        var threads = ConcurrentHashMap.<Thread>newKeySet();
        var late = new HandlerModule("late", Thread::new, List.of(TestHandlers.onTopic("b", "t", events -> {
            threads.add(Thread.currentThread());
            others.handle(events);
        })));
        node.engine().deploy(late);
        awaitOwned(node);
        node.publish("t", "1");
        received.awaitCount(1);
        others.awaitCount(1);
        node.engine().withdraw(late);
        node.publish("t", "2");
        received.awaitCount(2);
        await(() -> owner("test:b").isEmpty());
        assertThat(others.ids()).hasSize(1);
        assertThat(node.engine().status().groups()).hasSize(1);
        assertThat(threads).isNotEmpty().noneMatch(Thread::isAlive);
        node.engine().deploy(late);
        others.awaitCount(2);
    }

    private static Optional<String> owner(String group) {
        try (var connection = DATABASE.connect();
                var select = connection.prepareStatement("select owner from pgmb.group_status where group_id = ?")) {
            select.setString(1, group);
            try (var row = select.executeQuery()) {
                row.next();
                return Optional.ofNullable(row.getString(1));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void isNotReadyWithoutASchemaAndGoesOnOnceThereIsOne() throws Exception {
        var base = TestNode.settings();
        node.with(new Settings(
                "test",
                base.pollEventsInterval(),
                base.readEventsInterval(),
                1000,
                base.tableMaintenanceInterval(),
                base.lease(),
                4,
                base.drainTimeout(),
                SchemaMigration.NONE));
        node.onTopic("a", "t", received).start();
        await(() -> node.engine().status().problem().isPresent());
        assertThat(node.engine().status().problem())
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("PGMB-0206").contains("install sql/pgmb.sql"));
        assertThat(node.engine().status().phase()).isEqualTo(Phase.STARTING);
        assertThat(node.engine().status().loopsAlive()).isTrue();
        try (var administrator = new TestNode(DATABASE.dataSource()).start()) {
            await(() -> administrator.engine().status().phase() == Phase.RUNNING);
        }
        awaitOwned(node);
        node.publish("t", "1");
        received.awaitCount(1);
        assertThat(node.engine().status().problem()).isEmpty();
    }

    @Test
    void saysSoWhileTheDatabaseCanOnlyBeRead() throws Exception {
        node.onTopic("a", "t", received);
        started();
        readOnly("on");
        try {
            await(() -> node.engine().status().problem().isPresent());
            assertThat(node.engine().status().problem())
                    .hasValueSatisfying(problem ->
                            assertThat(problem).startsWith("PGMB-0205").contains("read-only"));
        } finally {
            readOnly("off");
        }
        await(() -> node.engine().status().problem().isEmpty());
        node.publish("t", "1");
        received.awaitCount(1);
    }

    /** As a failover does that leaves the pool with connections to what is a standby now. */
    private static void readOnly(String onOrOff) throws Exception {
        try (var connection = DATABASE.superuser();
                var statement = connection.createStatement()) {
            statement.execute("set default_transaction_read_only = off");
            statement.execute("alter database " + DATABASE.name() + " set default_transaction_read_only = " + onOrOff);
        }
    }

    @Test
    void aHandlerWithoutAThreadWaitsForOneAndDisturbsNobody() {
        var refusing = new AtomicBoolean();
        node.onTopic("a", "t", received);
        started();
        node.engine()
                .deploy(new HandlerModule(
                        "poor",
                        task -> refusing.get() ? null : new Thread(task),
                        List.of(TestHandlers.onTopic("b", "t", others))));
        refusing.set(true);
        awaitOwned(node);
        node.publish("t", "1", "2");
        received.awaitCount(2);
        Received.pause(300);
        assertThat(others.ids()).isEmpty();
        refusing.set(false);
        others.awaitCount(2);
    }

    @Test
    void waitsAtItsStopForAModuleThatIsBeingWithdrawn() throws Exception {
        var entered = new CountDownLatch(1);
        node.onTopic("other", "none", others).start();
        var module = new HandlerModule("leaving", Thread::new, List.of(TestHandlers.onTopic("a", "t", events -> {
            entered.countDown();
            Thread.sleep(1000);
            received.handle(events);
        })));
        node.engine().deploy(module);
        awaitOwned(node);
        node.publish("t", "1");
        entered.await();
        var withdrawal = new Thread(() -> node.engine().withdraw(module));
        withdrawal.start();
        Received.pause(200);
        node.close();
        withdrawal.join();
        assertThat(received.ids()).hasSize(1);
        node = new TestNode(DATABASE.dataSource()).onTopic("a", "t", received);
        started();
        Received.pause(500);
        assertThat(received.ids())
                .as("acknowledged, and so not delivered again")
                .hasSize(1);
    }

    @Test
    void leavesNoThreadBehind() {
        node.onTopic("a", "t", received);
        started();
        node.publish("t", "1");
        received.awaitCount(1);
        assertThat(ownThreads()).isNotEmpty();
        node.close();
        assertThat(ownThreads()).isEmpty();
        assertThat(node.engine().status().phase()).isEqualTo(Phase.STOPPED);
    }

    private static List<String> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("pgmb-"))
                .toList();
    }

    @Test
    void letsARunningHandlerEndBeforeItStops() {
        var entered = new CountDownLatch(1);
        node.onTopic("a", "t", events -> {
            entered.countDown();
            Thread.sleep(700);
            received.handle(events);
        });
        started();
        node.publish("t", "1", "2", "3");
        await(() -> entered.getCount() == 0);
        node.close();
        assertThat(received.payloads()).containsExactly("1");
        node = new TestNode(DATABASE.dataSource()).onTopic("a", "t", others);
        started();
        others.awaitCount(2);
        assertThat(others.payloads()).containsExactly("2", "3");
    }
}
