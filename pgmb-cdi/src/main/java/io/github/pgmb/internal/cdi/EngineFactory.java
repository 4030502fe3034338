package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerModule;
import io.github.pgmb.internal.engine.Settings;
import io.github.pgmb.internal.engine.Transactions;
import io.github.pgmb.spi.DataSourceProvider;
import io.github.pgmb.spi.PayloadMapper;
import io.github.pgmb.spi.ThreadProvider;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Wires an engine and its modules to the container and to the application's handlers. */
@Singleton
class EngineFactory {

    @Inject
    DeployedSettings settings;

    @Inject
    Seams seams;

    @Inject
    Transactions transactions;

    @Inject
    RequestScope requestScope;

    /**
     * Called on the thread that starts a web module, for the first one that has settings.
     *
     * @throws PgmbException if the container lacks what the settings name
     */
    Engine create(Settings engine, WebModule module) {
        return new Engine(engine, seams.find(DataSourceProvider.class), module.threads(), transactions);
    }

    /**
     * Called on the thread that starts a web module.
     *
     * @throws PgmbException if its settings are wrong or the container lacks what they name
     */
    WebModule module(String name, @Nullable ClassLoader loader, ModuleHandlers handlers) {
        var own = handlers.claim(loader);
        var names = own.stream().map(DeclaredHandler::name).toList();
        var missing = missing(names);
        var found = missing.isPresent() ? Optional.<ModuleSettings>empty() : Optional.of(settings.ofModule(names));
        var threads = CapturedThreads.of(seams.find(ThreadProvider.class));
        var ofHandlers = found.map(ModuleSettings::handlers).orElse(Map.of());
        var module = new HandlerModule(name, threads.threadFactory(), definitions(own, ofHandlers));
        return new WebModule(module, threads, found, missing, settings.unknown(handlers.names()));
    }

    private Optional<String> missing(List<String> handlers) {
        if (settings.isModuleConfigured()) {
            return Optional.empty();
        }
        try {
            settings.ofModule(handlers);
            return Optional.empty();
        } catch (PgmbException wrong) {
            return Optional.of(String.valueOf(wrong.getMessage()));
        }
    }

    private List<HandlerDefinition> definitions(List<DeclaredHandler> handlers, Map<String, HandlerSettings> own) {
        var mapper = seams.find(PayloadMapper.class);
        return handlers.stream()
                .map(handler -> handler.definition(
                        new ObserverHandling(handler, mapper, requestScope),
                        own.getOrDefault(handler.name(), HandlerSettings.PRESET)))
                .toList();
    }
}
