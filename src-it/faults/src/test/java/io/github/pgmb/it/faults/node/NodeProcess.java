package io.github.pgmb.it.faults.node;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.EngineBroker;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerModule;
import io.github.pgmb.internal.engine.Handling;
import io.github.pgmb.internal.engine.Settings;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.github.pgmb.spi.PayloadMapper;
import io.github.pgmb.spi.ThreadProvider;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * The application {@code faults} in a JVM of its own. Obeys {@code quiet} and {@code stop} on its standard input, whose end is
 * its own: it does not outlive who started it.
 */
public final class NodeProcess {

    public static final String QUIET = "quiet";
    public static final String STOP = "stop";

    private static final int ENGINE_CONNECTIONS = 14;
    private static final long POLL_MS = 20;

    private final NodeOptions options;
    private final LedgerFile ledger;
    private final HikariDataSource pool;
    private final HikariDataSource publisherPool;
    private final Threads threads = new Threads(Executors.newSingleThreadScheduledExecutor());
    private final Engine engine;
    private final List<Publisher> publishers = new ArrayList<>();
    private final List<Thread> publishing = new ArrayList<>();

    private NodeProcess(NodeOptions options) throws IOException {
        this.options = options;
        this.ledger = new LedgerFile(options.ledger());
        this.pool = pool(options.url(), ENGINE_CONNECTIONS);
        this.publisherPool = pool(options.publisherUrl(), Math.max(1, options.publishers()));
        var transactions = new LocalTransactions(pool);
        this.engine = new Engine(settings(), transactions::dataSource, threads, transactions);
        engine.deploy(new HandlerModule("faults", Thread::new, handlers(transactions)));
        preparePublishers();
    }

    public static void main(String[] arguments) throws Exception {
        var node = new NodeProcess(NodeOptions.parse(arguments));
        node.engine.start();
        node.startPublishers();
        node.obey();
    }

    private Settings settings() {
        return new Settings(
                "faults",
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                options.chunk(),
                Duration.ofMinutes(1),
                options.lease(),
                8,
                Duration.ofSeconds(10),
                SchemaMigration.UPDATE);
    }

    private static HikariDataSource pool(String url, int size) {
        var config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(3_000);
        config.setValidationTimeout(1_000);
        // The database may be away when the node starts.
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    private List<HandlerDefinition> handlers(LocalTransactions transactions) {
        var effects = new Effects(transactions.dataSource());
        return options.handlers().stream()
                .map(spec -> spec.definition(Handling.ofStored(new FailingHandler(spec, ledger, effects))))
                .toList();
    }

    private void preparePublishers() {
        var transactions = new LocalTransactions(publisherPool);
        var broker = new EngineBroker(transactions::dataSource, new Texts(), transactions, engine.signal());
        for (var n = 0; n < options.publishers(); n++) {
            var name = options.name() + "/" + ProcessHandle.current().pid() + "/" + n;
            publishers.add(new Publisher(
                    name, n % 2 == 0, options.largestBatch(), options.pause(), broker, transactions, ledger));
        }
    }

    private void startPublishers() {
        for (var publisher : publishers) {
            var thread = new Thread(() -> publishOnceRunning(publisher), "publisher");
            thread.start();
            publishing.add(thread);
        }
    }

    private void publishOnceRunning(Publisher publisher) {
        try {
            while (engine.status().phase() != Phase.RUNNING) {
                Thread.sleep(POLL_MS);
            }
            publisher.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void obey() throws IOException, InterruptedException {
        try (var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var command = commands.readLine(); command != null; command = commands.readLine()) {
                if (QUIET.equals(command)) {
                    quiet();
                } else if (STOP.equals(command)) {
                    stop();
                    return;
                }
            }
        }
        Runtime.getRuntime().halt(1);
    }

    private void quiet() throws InterruptedException {
        publishers.forEach(Publisher::end);
        for (var thread : publishing) {
            thread.join();
        }
        ledger.quiet();
    }

    /** What the engine has left is noted in the ledger. */
    private void stop() throws InterruptedException, IOException {
        quiet();
        engine.stop();
        var left = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("pgmb-"))
                .toList();
        ledger.stopped(left, pool.getHikariPoolMXBean().getActiveConnections());
        threads.scheduler().shutdownNow();
        pool.close();
        publisherPool.close();
        ledger.close();
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
