package io.github.pgmb.internal.engine;

import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * Handlers that run in the same surroundings: those of one module of an application.
 *
 * @param name for logs
 * @param threads its threads have the module's class loader and naming context
 */
public record HandlerModule(String name, ThreadFactory threads, List<HandlerDefinition> handlers) {}
