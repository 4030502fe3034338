package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.cdi.DeploymentSettings.Start;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.EngineStatus;
import java.lang.System.Logger.Level;
import java.util.HashSet;
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
    private final Map<@Nullable ClassLoader, WebModule> present = new LinkedHashMap<>();
    private final Set<String> warned = new HashSet<>();
    private @Nullable ModuleSettings settings;
    private boolean requested;
    private boolean stopped;
    private volatile boolean manual;
    private volatile @Nullable Engine engine;
    private volatile @Nullable String problem;
    private volatile @Nullable String missing;
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
            homeless = handlers.unclaimed();
            manual |= module.settings()
                    .filter(own -> own.deployment().start() == Start.MANUAL)
                    .isPresent();
            begin();
        } catch (PgmbException wrong) {
            refuse(String.valueOf(wrong.getMessage()));
        }
    }

    /** Its running handlers end first. The engine goes with the last module. */
    synchronized void gone(@Nullable ClassLoader loader) {
        var module = present.remove(loader);
        var running = engine;
        if (module != null && running != null) {
            running.withdraw(module.handlers());
        }
        if (present.isEmpty()) {
            stop();
        }
    }

    /** If no module is ready for it, it happens when one is. */
    synchronized void start() {
        requested = true;
        try {
            begin();
        } catch (PgmbException wrong) {
            refuse(String.valueOf(wrong.getMessage()));
        }
    }

    synchronized void stop() {
        stopped = true;
        var running = engine;
        if (running != null) {
            running.stop();
        }
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

    private void begin() {
        if (stopped || (manual && !requested)) {
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
        var created = factory.create(own.engine(), first);
        created.start();
        engine = created;
        settings = own;
        missing = null;
        present.values().forEach(this::join);
    }

    private void join(WebModule module) {
        var own = module.settings();
        var differences = settings == null ? "" : own.map(settings::differences).orElse("");
        if (!differences.isEmpty()) {
            refuse(SettingError.MODULES_DIFFER.text(
                    "web module " + module.handlers().name()
                            + " has other settings than the modules before it: " + differences
                            + ". Accepted: the same in all modules of an application, or pgmb.group-id in one of them only."
                            + " The handlers of this module receive nothing."));
        } else if (engine != null) {
            engine.deploy(module.handlers());
        }
    }

    private void missSettings() {
        present.values().stream()
                .flatMap(module -> module.missing().stream())
                .findFirst()
                .ifPresent(this::lack);
    }

    /** Another module may still bring it. */
    private void lack(String reason) {
        if (missing == null) {
            missing = reason;
            LOG.log(Level.ERROR, reason + " Events are not delivered.");
        }
    }

    private void refuse(String reason) {
        if (!reason.equals(problem)) {
            problem = reason;
            LOG.log(Level.ERROR, reason + " Events are not delivered.");
        }
    }

    /** Events were published. */
    void published() {
        var running = engine;
        if (running != null) {
            running.signal().run();
        }
    }

    /** From memory. */
    EngineStatus status() {
        var running = engine;
        var known = Optional.ofNullable(problem).or(() -> Optional.ofNullable(missing));
        return running != null
                ? running.status().withProblem(known.or(this::homelessHandlers))
                : EngineStatus.waiting(known.or(this::waiting));
    }

    /** Whether {@code Broker.start()} has not been called yet, although the settings leave the start to that. */
    boolean waitsForApplication() {
        // Not from the settings: servers ask for health while they deploy, on threads without the application's
        // configuration.
        return manual && engine == null && problem == null;
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
