package io.github.pgmb.it.debian;

import io.github.pgmb.NewEvent;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.EngineBroker;
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
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.postgresql.ds.PGSimpleDataSource;

/** A node without a container, with one handler, all of whose connections lead to a pool. */
final class PooledNode implements AutoCloseable {

    private static final Settings SETTINGS = new Settings(
            "pooled",
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            100,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            2,
            Duration.ofSeconds(5),
            SchemaMigration.UPDATE);

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final Queue<String> handled = new ConcurrentLinkedQueue<>();
    private final Engine engine;
    private final EngineBroker broker;

    private PooledNode(PGSimpleDataSource pool) {
        var transactions = new Autocommit();
        engine = new Engine(SETTINGS, () -> pool, new Threads(scheduler), transactions);
        engine.deploy(new HandlerModule(
                "pooled",
                Thread::new,
                List.of(new HandlerDefinition(
                        "pooled",
                        new Interest(List.of("pooled"), "", "{}"),
                        Unit.EVENT,
                        Acknowledging.AFTER_RETURN,
                        FailurePolicy.DEFAULT,
                        Duration.ZERO,
                        0,
                        "the handler",
                        Handling.ofStored(events -> events.forEach(event -> handled.add(event.payload())))))));
        broker = new EngineBroker(() -> pool, new Texts(), transactions, engine.signal());
    }

    static PooledNode start(Pool pool) {
        var source = new PGSimpleDataSource();
        source.setUrl(pool.url());
        var node = new PooledNode(source);
        node.engine.start();
        return node;
    }

    void publish(int from, int to) {
        broker.publish(IntStream.rangeClosed(from, to)
                .mapToObj(n -> NewEvent.of("pooled", Integer.toString(n)))
                .toList());
    }

    /** Payloads, in the order of their handling. */
    List<String> handled() {
        return List.copyOf(handled);
    }

    boolean owns() {
        var groups = engine.status().groups();
        return !groups.isEmpty() && groups.stream().allMatch(group -> group.ownedHere());
    }

    @Override
    public void close() {
        engine.stop();
        scheduler.shutdownNow();
    }

    private record Threads(ScheduledExecutorService scheduler) implements ThreadProvider {

        @Override
        public ThreadFactory threadFactory() {
            return Thread::new;
        }
    }

    /** Every statement is a transaction of its own. */
    private static final class Autocommit implements Transactions {

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
