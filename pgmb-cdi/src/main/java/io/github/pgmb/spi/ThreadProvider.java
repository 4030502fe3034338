package io.github.pgmb.spi;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** Gives the threads of the broker; the container's, so that handlers run in the context of the application. Thread-safe. */
public interface ThreadProvider {

    /** Makes the threads that tick, renew the lease, and run handlers. */
    ThreadFactory threadFactory();

    /** Fires short triggers only; that it starves behind other work of the application is expected and harmless. */
    ScheduledExecutorService scheduler();
}
