package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.EngineStatus;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.event.Shutdown;
import jakarta.inject.Inject;
import jakarta.servlet.ServletContext;
import java.util.Optional;

/**
 * Hears from the container when web modules, and the application, come and go. Thread-safe.
 *
 * <p>Whichever end comes first stops delivery; servers differ in which of them come, and in what order.
 */
@ApplicationScoped
class Lifecycle {

    @Inject
    PgmbExtension extension;

    @Inject
    EngineFactory factory;

    @Inject
    DeployedSettings settings;

    private final Runnable published = this::wake;
    private Modules modules;

    @PostConstruct
    void prepare() {
        modules = new Modules(factory, extension.handlers());
    }

    /** A web module's naming context, data sources and beans are ready. */
    public void webModuleReady(ServletContext module) {
        modules.ready(name(module), module.getClassLoader());
    }

    /** A web module goes; the engine goes with the last one. */
    public void webModuleGone(ServletContext module) {
        modules.gone(module.getClassLoader());
    }

    /** {@code Broker.start()}. */
    public void start() {
        modules.start();
    }

    /** To be run after events were published; the same instance each time, so that it is run once per transaction. */
    public Runnable published() {
        return published;
    }

    /** {@code pgmb.group-id}, as the modules that are ready have it; before there is one, as the calling thread's has it. */
    public Optional<String> groupId() {
        return modules.groupId().or(settings::groupId);
    }

    /** From memory. */
    public EngineStatus status() {
        return modules.status();
    }

    /** Whether the application has not yet called {@code Broker.start()}, as {@code pgmb.start=manual} asks for. */
    public boolean waitsForApplication() {
        return modules.waitsForApplication();
    }

    private void wake() {
        modules.published();
    }

    /** Where a server does not find the library's initializer. Liberty in an EAR does neither, unless it is configured to. */
    void initialized(@Observes @Initialized(ApplicationScoped.class) Object context) {
        if (context instanceof ServletContext module && !PgmbInitializer.hasSeen(module)) {
            webModuleReady(module);
        }
    }

    void shutdown(@Observes(notifyObserver = Reception.IF_EXISTS) Shutdown event) {
        modules.stop();
    }

    void beforeDestroyed(
            @Observes(notifyObserver = Reception.IF_EXISTS) @BeforeDestroyed(ApplicationScoped.class) Object context) {
        if (context instanceof ServletContext module) {
            webModuleGone(module);
        } else {
            modules.stop();
        }
    }

    @PreDestroy
    void stop() {
        modules.stop();
    }

    private static String name(ServletContext module) {
        return module.getContextPath().isEmpty() ? "/" : module.getContextPath();
    }
}
