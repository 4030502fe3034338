package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.cdi.DeploymentSettings.Start;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.EngineStatus;
import io.github.pgmb.internal.engine.HandlerModule;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The modules of an application that have come so far, and the engine that they share. Thread-safe. */
final class Modules {

    private static final System.Logger LOG = System.getLogger("io.github.pgmb");

    private final EngineFactory factory;
    private final ModuleHandlers handlers;
    private final ModuleProblems problems = new ModuleProblems();
    private final Map<@Nullable ClassLoader, WebModule> present = new LinkedHashMap<>();
    private final IdentityHashMap<WebModule, HandlerModule> deployed = new IdentityHashMap<>();
    private final Set<String> warned = new HashSet<>();
    private @Nullable ModuleSettings settings;
    private boolean requested;
    private boolean stopped;
    private volatile boolean manual;
    private volatile @Nullable Engine engine;
    private volatile List<DeclaredHandler> homeless = List.of();

    Modules(EngineFactory factory, List<DeclaredHandler> declared) {
        this.factory = factory;
        this.handlers = new ModuleHandlers(declared);
    }

    /** To be called on the thread that starts the module. */
    synchronized void ready(String name, @Nullable ClassLoader loader) {
        if (stopped || present.containsKey(loader)) {
            return;
        }
        try {
            var module = factory.module(name, loader, handlers);
            present.put(loader, module);
            warnOfUnknown(module);
            manual |= module.settings()
                    .filter(own -> own.deployment().start() == Start.MANUAL)
                    .isPresent();
            begin();
        } catch (PgmbException wrong) {
            problems.refused(name, wrong.getMessage());
        } finally {
            homeless = handlers.unclaimed();
        }
    }

    /** Its running handlers end first. The engine goes with the last module. */
    void gone(@Nullable ClassLoader loader) {
        // Outside of the lock, which a handler that is waited for may want to have.
        departure(loader).run();
    }

    /** Servers may end modules in parallel: which one is the last is decided where it is removed. */
    private synchronized Runnable departure(@Nullable ClassLoader loader) {
        var module = present.remove(loader);
        if (module == null) {
            return () -> {};
        }
        if (present.isEmpty()) {
            return this::stop;
        }
        var running = engine;
        var leaving = deployed.remove(module);
        return running == null || leaving == null ? () -> {} : () -> running.withdraw(leaving);
    }

    /** If no module is ready for it, it happens when one is. */
    synchronized void start() {
        requested = true;
        begin();
    }

    void stop() {
        var running = end();
        if (running != null) {
            running.stop();
        }
    }

    private synchronized @Nullable Engine end() {
        stopped = true;
        return engine;
    }

    private void begin() {
        if (stopped || (engine == null && manual && !requested)) {
            return;
        }
        if (engine == null) {
            present.values().stream()
                    .filter(module -> module.settings().isPresent())
                    .findFirst()
                    .ifPresentOrElse(this::startEngine, this::missSettings);
        } else {
            present.values().forEach(this::join);
        }
    }

    private void startEngine(WebModule first) {
        var own = first.settings().orElseThrow();
        var created = factory.create(own, first);
        try {
            engine = created;
            settings = own;
            present.values().forEach(this::join);
            created.start();
            problems.started();
        } catch (RuntimeException failed) {
            engine = null;
            deployed.clear();
            created.stop();
            problems.notStarted(failed);
        }
    }

    private void join(WebModule module) {
        var running = engine;
        var shared = settings;
        if (running == null || shared == null || deployed.containsKey(module)) {
            return;
        }
        var own = module.settings().orElse(shared);
        var differences = shared.differences(own);
        if (differences.isEmpty()) {
            var handlerModule = module.with(own.handlers());
            deployed.put(module, handlerModule);
            running.deploy(handlerModule);
        } else {
            problems.differs(module.name(), differences);
        }
    }

    private void missSettings() {
        present.values().stream()
                .flatMap(module -> module.missing().stream())
                .findFirst()
                .ifPresent(problems::missing);
    }

    /** Once for each name: modules can share a configuration. */
    private void warnOfUnknown(WebModule module) {
        var news = module.unknown().stream().filter(warned::add).toList();
        if (!news.isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    SettingError.UNKNOWN.text("there are no settings " + String.join(", ", news)
                            + ", or no handlers of these names. They are ignored; the guide lists what there is."));
        }
    }

    /** Events were published. */
    void published() {
        var running = engine;
        if (running != null) {
            running.signal().run();
        }
    }

    /** Of the first module that has settings. */
    synchronized Optional<String> groupId() {
        return present.values().stream()
                .flatMap(module -> module.settings().stream())
                .map(own -> own.engine().groupId())
                .findFirst();
    }

    /** From memory. */
    EngineStatus status() {
        var running = engine;
        return running != null
                ? running.status().withProblem(problems.text().or(this::homelessHandlers))
                : EngineStatus.waiting(problems.text().or(this::waiting));
    }

    /** Whether {@code Broker.start()} has not been called yet, although the settings leave the start to that. */
    boolean waitsForApplication() {
        // Not from the settings: servers ask for health while they deploy, on threads without the application's
        // configuration.
        return manual && engine == null && problems.text().isEmpty();
    }

    private Optional<String> waiting() {
        return waitsForApplication()
                ? Optional.of("waits for Broker.start(), since pgmb.start=manual")
                : Optional.empty();
    }

    private Optional<String> homelessHandlers() {
        return homeless.isEmpty()
                ? Optional.empty()
                : Optional.of(SettingError.NO_MODULE.text("the web modules of these handlers have not started: "
                        + homeless.stream().map(DeclaredHandler::description).collect(Collectors.joining(", "))
                        + "."));
    }
}
