package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.cdi.DeploymentSettings.Start;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.EngineStatus;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.event.Shutdown;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts the engine when the application is ready, and stops it before the application goes. Thread-safe.
 *
 * <p>Whichever end comes first stops it; servers differ in which of them come, and in what order.
 */
@ApplicationScoped
class Lifecycle {

    private static final System.Logger LOG = System.getLogger(Lifecycle.class.getName());

    @Inject
    DeployedSettings settings;

    @Inject
    EngineFactory factory;

    private final Runnable published = this::wake;
    private int webModules;
    private boolean requested;
    private boolean stopped;
    private volatile boolean manual;
    private volatile @Nullable Engine engine;
    private volatile @Nullable String problem;

    /** A web module's naming context, data sources and beans are ready. */
    public synchronized void webModuleReady() {
        webModules++;
        manual = settings.deployment().start() == Start.MANUAL;
        if (requested || !manual) {
            begin();
        }
    }

    /** A web module goes; the engine goes with the last one. */
    public synchronized void webModuleGone() {
        webModules--;
        if (webModules <= 0) {
            stop();
        }
    }

    /** {@code Broker.start()}: if the container is not ready for it, it happens when the web module is. */
    public synchronized void start() {
        requested = true;
        begin();
    }

    /** To be run after events were published; the same instance each time, so that it is run once per transaction. */
    public Runnable published() {
        return published;
    }

    /** From memory. */
    public EngineStatus status() {
        var running = engine;
        return running != null
                ? running.status()
                : new EngineStatus(
                        EngineStatus.Phase.NEW, Optional.ofNullable(problem).or(this::waiting), true, false, List.of());
    }

    /** Whether the application has not yet called {@code Broker.start()}, as {@code pgmb.start=manual} asks for. */
    public boolean waitsForApplication() {
        // Not from the settings: servers ask for health while they deploy, on threads without the application's
        // configuration.
        return manual && engine == null && problem == null;
    }

    private Optional<String> waiting() {
        return waitsForApplication()
                ? Optional.of("waits for Broker.start(), since pgmb.start=manual")
                : Optional.empty();
    }

    private void wake() {
        var running = engine;
        if (running != null) {
            running.signal().run();
        }
    }

    private void begin() {
        if (engine != null || stopped) {
            return;
        }
        try {
            var created = factory.create();
            engine = created;
            problem = null;
            created.start();
        } catch (PgmbException wrong) {
            problem = wrong.getMessage();
            LOG.log(Level.ERROR, "{0} Events are not delivered.", wrong.getMessage());
        }
    }

    void shutdown(@Observes(notifyObserver = Reception.IF_EXISTS) Shutdown event) {
        stop();
    }

    void beforeDestroyed(
            @Observes(notifyObserver = Reception.IF_EXISTS) @BeforeDestroyed(ApplicationScoped.class) Object event) {
        stop();
    }

    @PreDestroy
    synchronized void stop() {
        stopped = true;
        var running = engine;
        if (running != null) {
            running.stop();
        }
    }
}
