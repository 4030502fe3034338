package io.github.pgmb.internal.cdi;

import io.github.pgmb.spi.ThreadProvider;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** What a provider gave on the thread that starts the engine: only there is the module's naming context certain. */
record CapturedThreads(ThreadFactory threadFactory, ScheduledExecutorService scheduler) implements ThreadProvider {

    static CapturedThreads of(ThreadProvider provider) {
        return new CapturedThreads(ContextualThreads.capturing(provider.threadFactory()), provider.scheduler());
    }
}
