package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.HandlerModule;
import java.util.List;
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
        HandlerModule handlers,
        CapturedThreads threads,
        Optional<ModuleSettings> settings,
        Optional<String> missing,
        List<String> unknown) {}
