package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.HandlerModule;
import io.github.pgmb.spi.PayloadMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A web module whose naming context, beans and configuration are ready.
 *
 * @param handlers those that run in its surroundings
 * @param settings empty if its configuration names no group id, and so leaves the settings to another module
 * @param missing what is to be set if no other module does
 * @param unknown names of settings that mean nothing
 */
record WebModule(
        String name,
        List<DeclaredHandler> handlers,
        CapturedThreads threads,
        PayloadMapper mapper,
        RequestScope requestScope,
        Optional<ModuleSettings> settings,
        Optional<String> missing,
        List<String> unknown) {

    /** As the engine takes it, with what the settings say of its handlers. */
    HandlerModule with(Map<String, HandlerSettings> ofHandlers) {
        var definitions = handlers.stream()
                .map(handler -> handler.definition(
                        new ObserverHandling(handler, mapper, requestScope),
                        Objects.requireNonNull(ofHandlers.get(handler.name()))))
                .toList();
        return new HandlerModule(name, threads.threadFactory(), definitions);
    }
}
