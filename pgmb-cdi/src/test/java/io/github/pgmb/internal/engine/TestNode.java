package io.github.pgmb.internal.engine;

import io.github.pgmb.NewEvent;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.github.pgmb.spi.PayloadMapper;
import io.github.pgmb.spi.ThreadProvider;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** A node of the application {@code test} as a JVM of its own would run it; payloads are JSON texts. */
final class TestNode implements AutoCloseable {

    static final Duration LEASE = Duration.ofSeconds(3);

    private final LocalTransactions transactions;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final List<HandlerDefinition> handlers = new ArrayList<>();
    private final DataSource plain;
    private ThreadFactory threadFactory = Thread::new;
    private Settings settings = settings();
    private Engine engine;
    private EngineBroker broker;

    TestNode(DataSource dataSource) {
        this.plain = dataSource;
        this.transactions = new LocalTransactions(dataSource);
    }

    static Settings settings() {
        return new Settings(
                "test",
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                1000,
                Duration.ofSeconds(60),
                LEASE,
                8,
                Duration.ofSeconds(5),
                SchemaMigration.UPDATE);
    }

    TestNode with(Settings changed) {
        settings = changed;
        return this;
    }

    TestNode threads(ThreadFactory factory) {
        threadFactory = factory;
        return this;
    }

    TestNode handler(String name, Interest interest, Unit unit, Acknowledging acknowledging, StoredHandling handling) {
        handlers.add(TestHandlers.handler(name, interest, unit, acknowledging, FailurePolicy.DEFAULT, handling));
        return this;
    }

    TestNode handler(HandlerDefinition definition) {
        handlers.add(definition);
        return this;
    }

    TestNode onTopic(String name, String topic, FailurePolicy failures, StoredHandling handling) {
        var interest = new Interest(List.of(topic), "", "{}");
        handlers.add(TestHandlers.handler(name, interest, Unit.EVENT, Acknowledging.AFTER_RETURN, failures, handling));
        return this;
    }

    TestNode onTopic(String name, String topic, StoredHandling handling) {
        return handler(name, new Interest(List.of(topic), "", "{}"), Unit.EVENT, Acknowledging.AFTER_RETURN, handling);
    }

    TestNode start() {
        connected();
        engine.start();
        return this;
    }

    /** Owns all its groups. */
    TestNode owning() {
        start();
        Received.await(() -> engine.status().groups().stream().allMatch(GroupStatus::ownedHere));
        return this;
    }

    /** Can publish, and does nothing by itself. */
    TestNode connected() {
        engine = new Engine(settings, transactions::dataSource, new Threads(), transactions);
        engine.deploy(new HandlerModule("test", threadFactory, List.copyOf(handlers)));
        broker = new EngineBroker(transactions::dataSource, new JsonTexts(), transactions, engine.signal());
        return this;
    }

    Engine engine() {
        return engine;
    }

    DataSource database() {
        return plain;
    }

    ScheduledExecutorService scheduler() {
        return scheduler;
    }

    LocalTransactions transactions() {
        return transactions;
    }

    /** Inside of a handler: the handler's transaction. */
    void execute(String sql) throws Exception {
        try (var connection = transactions.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    List<String> publish(String topic, String... jsons) {
        return broker.publish(
                Stream.of(jsons).map(json -> NewEvent.of(topic, json)).toList());
    }

    EngineBroker broker() {
        return broker;
    }

    @Override
    public void close() {
        engine.stop();
        scheduler.shutdownNow();
    }

    private final class Threads implements ThreadProvider {

        @Override
        public ThreadFactory threadFactory() {
            return threadFactory;
        }

        @Override
        public ScheduledExecutorService scheduler() {
            return scheduler;
        }
    }

    private static final class JsonTexts implements PayloadMapper {

        @Override
        public String toJson(Object payload) {
            return (String) payload;
        }

        @Override
        public Object fromJson(String json, Type type) {
            return json;
        }
    }
}
