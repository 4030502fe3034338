package io.github.pgmb.bench.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.EngineBroker;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerModule;
import io.github.pgmb.internal.engine.Settings;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.github.pgmb.spi.PayloadMapper;
import io.github.pgmb.spi.ThreadProvider;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A node in this JVM: the engine with a pool of connections, without container and JSON mapping. */
public final class PlainNode implements AutoCloseable {

    /** The most connections of a node's pool. */
    public static final int CONNECTIONS = 20;

    private static final long POLL_MS = 20;

    private final Threads threads = new Threads(Executors.newSingleThreadScheduledExecutor());
    private final HikariDataSource pool;
    private final Engine engine;
    private final EngineBroker broker;

    /**
     * Starts it.
     *
     * @param workers makes the threads on which handlers run
     * @param handlers by the transactions that those may take part in
     */
    public PlainNode(
            HikariDataSource pool,
            Settings settings,
            ThreadFactory workers,
            Function<LocalTransactions, List<HandlerDefinition>> handlers) {
        var transactions = new LocalTransactions(pool);
        var dataSource = transactions.dataSource();
        this.pool = pool;
        this.engine = new Engine(settings, () -> dataSource, threads, transactions);
        engine.deploy(new HandlerModule("bench", workers, handlers.apply(transactions)));
        this.broker = new EngineBroker(() -> dataSource, new Texts(), transactions, engine.signal());
        engine.start();
    }

    /** The defaults of an application, but for the lease and how often it looks for what nobody announced. */
    public static Settings settings(String groupId, Duration pollEventsInterval, Duration lease) {
        return new Settings(
                groupId,
                pollEventsInterval,
                Duration.ofMillis(500),
                1000,
                Duration.ofMinutes(1),
                lease,
                16,
                Duration.ofSeconds(30),
                SchemaMigration.UPDATE);
    }

    /** Connections for a node, of the user that the URL names. */
    public static HikariDataSource pool(String url) {
        return pool(url, null, null);
    }

    /** Connections for a node. */
    public static HikariDataSource pool(String url, @Nullable String user, @Nullable String password) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(1);
        return new HikariDataSource(config);
    }

    public EngineBroker broker() {
        return broker;
    }

    /** Returns when it owns the groups of all of its handlers. */
    public void awaitOwnership() throws InterruptedException {
        while (!engine.status().groups().stream().allMatch(GroupStatus::ownedHere)) {
            Thread.sleep(POLL_MS);
        }
    }

    /** A clean stop; the pool is closed with it. */
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
