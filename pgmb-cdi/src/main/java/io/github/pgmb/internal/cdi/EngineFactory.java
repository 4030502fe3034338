package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.Engine;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.Transactions;
import io.github.pgmb.spi.DataSourceProvider;
import io.github.pgmb.spi.PayloadMapper;
import io.github.pgmb.spi.ThreadProvider;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Wires an engine to the container and to the application's handlers. */
@Singleton
class EngineFactory {

    @Inject
    PgmbExtension extension;

    @Inject
    DeployedSettings settings;

    @Inject
    Seams seams;

    @Inject
    Transactions transactions;

    @Inject
    RequestScope requestScope;

    /**
     * Called on the thread that starts a web module.
     *
     * @throws io.github.pgmb.PgmbException if settings are wrong or the container lacks what they name
     */
    Engine create() {
        return new Engine(
                settings.engine(),
                seams.find(DataSourceProvider.class),
                CapturedThreads.of(seams.find(ThreadProvider.class)),
                transactions,
                handlers(seams.find(PayloadMapper.class)));
    }

    private List<HandlerDefinition> handlers(PayloadMapper mapper) {
        return extension.handlers().stream()
                .map(handler -> handler.definition(new ObserverHandling(handler, mapper, requestScope)))
                .toList();
    }
}
