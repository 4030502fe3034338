package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Database;
import io.github.pgmb.internal.db.EventLog;
import io.github.pgmb.internal.db.Groups;
import io.github.pgmb.internal.db.Maintenance;
import io.github.pgmb.internal.db.Nodes;
import io.github.pgmb.internal.db.Retries;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.spi.DataSourceProvider;
import io.github.pgmb.spi.ThreadProvider;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Delivers events to this application's handlers: starts, holds together and stops everything that does so. Started and
 * stopped once; the modules of the application may come and go meanwhile. Thread-safe.
 */
public final class Engine {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");
    private static final Duration THREAD_END = Duration.ofSeconds(5);

    private final Settings settings;
    private final ThreadFactory threadFactory;
    private final Troubles troubles;
    private final String nodeName;
    private final Consumers consumers = new Consumers();
    private final Map<HandlerModule, ModuleConsumers> modules = new LinkedHashMap<>();
    private final Surroundings around;
    private final Ticker ticker;
    private final Node node;
    private final Nodes nodes;
    private final Workers maintainers;
    private final Housekeeper housekeeper;
    private final PgCron pgCron;
    private final RetentionWatch retention = new RetentionWatch();
    private final FailureWatch failures;
    private final Runnable publishedSignal;
    private final Triggers triggers;
    private List<Thread> loops = List.of();
    private volatile Phase phase = Phase.NEW;
    private volatile boolean schedulerStarved;

    /**
     * @param dataSource asked for at each use; what it throws is taken for an outage
     * @param threads asked once, here
     */
    public Engine(Settings settings, DataSourceProvider dataSource, ThreadProvider threads, Transactions transactions) {
        var clock = MonotonicClock.SYSTEM;
        var database = new Database(dataSource);
        var groups = new Groups(database);
        var lease = new Lease(settings.lease(), clock);
        this.settings = settings;
        // Looked up here, on a thread of the application, for all threads to come.
        this.threadFactory = threads.threadFactory();
        this.troubles = new Troubles(LOGGER, database::answers, clock);
        this.nodeName = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        this.nodes = new Nodes(database);
        this.around = new Surroundings(
                nodeName, settings, nodes, groups, new Retries(database), lease, troubles, transactions, clock);
        this.ticker = new Ticker(new EventLog(database), consumers, troubles, clock);
        this.maintainers = new Workers(1, threadFactory, "pgmb-maintenance-");
        var maintenance = new Maintenance(database);
        this.failures = new FailureWatch(around.retries(), consumers);
        this.housekeeper = new Housekeeper(maintenance, maintainers, troubles, retention, failures, clock);
        this.pgCron = new PgCron(maintenance);
        this.node = new Node(
                nodeName,
                settings,
                new Membership(nodeName, settings, database),
                nodes,
                groups,
                lease,
                troubles,
                consumers,
                pgCron,
                clock,
                this::watchScheduler);
        this.triggers = new Triggers(threads.scheduler());
        this.publishedSignal = settings.pollEventsInterval().isZero() ? () -> {} : this::published;
    }

    /** To be run after something was published: it is dispatched at once. Always the same instance. */
    public Runnable signal() {
        return publishedSignal;
    }

    /** Returns at once; goes on trying until the database answers. Does nothing if it has been started. */
    public synchronized void start() {
        if (phase != Phase.NEW) {
            return;
        }
        loops = List.of(loop("pgmb-node-", node), loop("pgmb-ticker-", ticker));
        phase = Phase.STARTING;
        loops.forEach(Thread::start);
        triggers.every(pgCron.ticksEvery(settings.pollEventsInterval()), () -> ifJoined(ticker::signal));
        triggers.every(pgCron.maintainsEvery(settings.tableMaintenanceInterval()), () -> ifJoined(housekeeper::signal));
    }

    private void published() {
        if (!pgCron.isOn()) {
            ifJoined(ticker::announce);
        }
    }

    /** Until then there may be no schema. */
    private void ifJoined(Runnable signal) {
        if (node.hasJoined()) {
            signal.run();
        }
    }

    private Thread loop(String name, Runnable loop) {
        return Workers.named(threadFactory, name).newThread(loop);
    }

    /** Delivers to these handlers from now on, or from the start on. Does nothing after the stop. */
    public synchronized void deploy(HandlerModule module) {
        if (phase == Phase.STOPPED || modules.containsKey(module)) {
            return;
        }
        var workers = new Workers(settings.handlerThreads(), module.threads(), "pgmb-worker-");
        var added = module.handlers().stream()
                .map(handler -> new Consumer(handler, around, workers))
                .toList();
        modules.put(module, new ModuleConsumers(module.name(), added, workers));
        consumers.add(added);
        node.beatNow();
    }

    /**
     * Lets the running handlers of a module end, for at most the drain timeout; their groups go to other nodes. Does nothing
     * if the module is not there.
     */
    public void withdraw(HandlerModule module) {
        var leaving = present(module);
        if (leaving == null) {
            return;
        }
        try {
            // Present until it has ended: a stop that comes meanwhile waits for it, too, before the groups are given
            // away.
            stop(List.of(leaving));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        remove(module);
        consumers.remove(leaving.consumers());
        node.beatNow();
    }

    private synchronized @Nullable ModuleConsumers present(HandlerModule module) {
        return modules.get(module);
    }

    private synchronized void remove(HandlerModule module) {
        modules.remove(module);
    }

    /**
     * Lets running handlers end, for at most the drain timeout, hands its groups over and ends every thread and task. Does
     * nothing if it is not running.
     */
    public synchronized void stop() {
        if (phase == Phase.NEW || phase == Phase.STOPPED) {
            phase = Phase.STOPPED;
            return;
        }
        phase = Phase.DRAINING;
        triggers.cancel();
        try {
            stop(List.copyOf(modules.values()));
            maintainers.stop();
            handOver();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            loops.forEach(Thread::interrupt);
            phase = Phase.STOPPED;
        }
    }

    private void stop(List<ModuleConsumers> leaving) throws InterruptedException {
        var end = System.nanoTime() + settings.drainTimeout().toNanos();
        leaving.forEach(ModuleConsumers::drain);
        for (var module : leaving) {
            module.stop(end);
        }
    }

    /** Only after the handlers have ended: until then the lease is renewed, and nobody else may handle what they do. */
    private void handOver() throws InterruptedException {
        node.stop();
        ticker.stop();
        for (var loop : loops) {
            loop.join(THREAD_END.toMillis());
        }
        if (node.hasJoined()) {
            forgetNode();
        }
    }

    private void forgetNode() {
        try {
            nodes.remove(nodeName);
        } catch (SQLException | RuntimeException e) {
            LOGGER.log(
                    Level.INFO,
                    "PGMB-0303: this node could not hand its groups over (" + e.getMessage()
                            + "); others take them when its lease has expired");
        }
    }

    /** From memory; costs no database call. */
    public EngineStatus status() {
        return new EngineStatus(
                phase(),
                troubles.reason(),
                troubles.maintenance(),
                phase != Phase.STARTING || loops.stream().allMatch(Thread::isAlive),
                schedulerStarved,
                consumers.present().stream()
                        .map(consumer -> Statuses.of(consumer, nodeName))
                        .toList(),
                retention.groups(),
                failures.groups());
    }

    private Phase phase() {
        return phase == Phase.STARTING && node.hasJoined() && consumers.areKnown() ? Phase.RUNNING : phase;
    }

    /** Ticks by itself where the container's scheduler does not come round. */
    private void watchScheduler() {
        var interval = pgCron.ticksEvery(settings.pollEventsInterval()).get();
        if (interval.isZero() || !node.hasJoined()) {
            return;
        }
        schedulerStarved =
                System.nanoTime() - ticker.lastTick() > interval.multipliedBy(2).toNanos();
        if (schedulerStarved) {
            ticker.signal();
        }
    }
}
