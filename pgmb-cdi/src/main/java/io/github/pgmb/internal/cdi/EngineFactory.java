package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.Transactions;
import io.github.pgmb.spi.DataSourceProvider;
import io.github.pgmb.spi.PayloadMapper;
import io.github.pgmb.spi.ThreadProvider;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
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

    /** Called on a thread of the first web module that has settings; from now on they are those of the application. */
    Engine create(ModuleSettings own, WebModule module) {
        settings.adopt(own.deployment());
        return new Engine(own.engine(), seams.find(DataSourceProvider.class), module.threads(), transactions);
    }

    /**
     * Called on the thread that starts a web module.
     *
     * @throws PgmbException if its settings are wrong or the container lacks what they name; no handler is claimed then
     */
    WebModule module(String name, @Nullable ClassLoader loader, ModuleHandlers handlers) {
        var missing = missing(handlers.names());
        var own = missing.isPresent()
                ? Optional.<ModuleSettings>empty()
                : Optional.of(settings.ofModule(handlers.names()));
        var threads = CapturedThreads.of(seams.find(ThreadProvider.class));
        var mapper = seams.find(PayloadMapper.class);
        var unknown = settings.unknown(handlers.names());
        return new WebModule(name, handlers.claim(loader), threads, mapper, requestScope, own, missing, unknown);
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
}
