package io.github.pgmb.bench.runner;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.pgmb.NewEvent;
import io.github.pgmb.bench.load.Arrivals;
import io.github.pgmb.bench.load.Load;
import io.github.pgmb.bench.load.Outcome;
import io.github.pgmb.bench.load.Pool;
import io.github.pgmb.bench.load.SampleOrder;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.EngineBroker;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.HandlerModule;
import io.github.pgmb.internal.engine.Handling;
import io.github.pgmb.internal.engine.Settings;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.github.pgmb.internal.engine.Transactions;
import io.github.pgmb.spi.PayloadMapper;
import io.github.pgmb.spi.ThreadProvider;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** The engine in this JVM: its way to the database without container, transactions and JSON mapping. */
final class PlainEngine implements AutoCloseable {

    private static final String TOPIC = "bench.plain";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int CONNECTIONS = 20;
    private static final long POLL_MS = 50;

    /** The defaults of an application. */
    private static final Settings SETTINGS = new Settings(
            "bench-plain",
            Duration.ofMillis(500),
            Duration.ofMillis(500),
            1000,
            Duration.ofMinutes(1),
            Duration.ofSeconds(10),
            16,
            Duration.ofSeconds(30),
            SchemaMigration.UPDATE);

    private final Pool<String> texts = Pool.of(SampleOrder::json);
    private final Arrivals arrivals = new Arrivals();
    private final Threads threads = new Threads(Executors.newSingleThreadScheduledExecutor());
    private final long postmaster;
    private final HikariDataSource pool;
    private final Engine engine;
    private final EngineBroker broker;

    PlainEngine(Database database) throws InterruptedException {
        this.postmaster = database.postmaster();
        this.pool = pool(database);
        this.engine = new Engine(SETTINGS, () -> pool, threads, new NoTransactions());
        engine.deploy(new HandlerModule("bench", threads.threadFactory(), List.of(handler())));
        this.broker = new EngineBroker(() -> pool, new Texts(), new NoTransactions(), engine.signal());
        engine.start();
        awaitOwnership();
    }

    private static HikariDataSource pool(Database database) {
        var config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    private HandlerDefinition handler() {
        return new HandlerDefinition(
                "plain",
                new Interest(List.of(TOPIC), "", "{}"),
                Unit.BATCH,
                Acknowledging.AFTER_RETURN,
                FailurePolicy.DEFAULT,
                Duration.ZERO,
                0,
                "the plain handler",
                Handling.ofStored(events -> arrivals.handled(events.size())));
    }

    private void awaitOwnership() throws InterruptedException {
        while (!engine.status().groups().stream().allMatch(GroupStatus::ownedHere)) {
            Thread.sleep(POLL_MS);
        }
    }

    Outcome play(Load load) throws Exception {
        arrivals.expect(load.events());
        return load.run(
                Thread::new,
                postmaster,
                (first, end) -> broker.publish(texts.batch(first, end, text -> NewEvent.of(TOPIC, text))),
                () -> arrivals.awaitAll(LIMIT));
    }

    @Override
    public void close() {
        engine.stop();
        threads.scheduler().shutdownNow();
        pool.close();
    }

    private record Threads(ScheduledExecutorService scheduler) implements ThreadProvider {

        @Override
        public ThreadFactory threadFactory() {
            return Thread::new;
        }
    }

    /** Every statement is a transaction of its own. */
    private static final class NoTransactions implements Transactions {

        @Override
        public void afterCommit(Runnable action) {
            action.run();
        }

        @Override
        public <T> T inTransaction(Duration timeout, Callable<T> work) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void requireCommittable() {
            // nothing marks these for rollback
        }

        @Override
        public boolean rollBackLeftOver() {
            return false;
        }
    }

    /** Payloads are JSON texts already. */
    private static final class Texts implements PayloadMapper {

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
