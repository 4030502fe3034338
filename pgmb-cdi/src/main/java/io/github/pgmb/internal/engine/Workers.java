package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bounded pool on which handlers run. Built from the container's threads rather than from its executors, which an
 * application's own blocking tasks can fill.
 */
final class Workers {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");
    private static final Duration IDLE_THREAD_LIFE = Duration.ofMinutes(1);
    private static final Duration INTERRUPTED_TASK_LIFE = Duration.ofSeconds(5);

    private final ScheduledThreadPoolExecutor pool;

    Workers(int threads, ThreadFactory factory, String prefix) {
        pool = new ScheduledThreadPoolExecutor(threads, patient(named(factory, prefix)));
        pool.setKeepAliveTime(IDLE_THREAD_LIFE.toMillis(), TimeUnit.MILLISECONDS);
        pool.allowCoreThreadTimeOut(true);
        pool.setRemoveOnCancelPolicy(true);
        pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Where there is no thread, a task waits for one; somebody has to ask again. */
    void ensureThread() {
        if (pool.getPoolSize() == 0) {
            pool.prestartCoreThread();
        }
    }

    /** For the pool: without a thread it keeps the task, while a failure would keep it too and disturb whoever came with it. */
    @SuppressWarnings("NullAway") // "or null if the request to create a thread is rejected"
    private static ThreadFactory patient(ThreadFactory factory) {
        return task -> {
            try {
                return factory.newThread(task);
            } catch (RuntimeException noThreadNow) {
                LOGGER.log(Level.WARNING, String.valueOf(noThreadNow.getMessage()));
                return null;
            }
        };
    }

    static ThreadFactory named(ThreadFactory factory, String prefix) {
        var number = new AtomicInteger();
        return task -> {
            var thread = factory.newThread(task);
            if (thread == null) {
                throw new PgmbException(
                        "PGMB-0301: the thread factory gives no thread, as servers do while they stop an application");
            }
            thread.setName(prefix + number.incrementAndGet());
            return thread;
        };
    }

    /** Does nothing once the pool has been stopped. */
    void execute(Runnable task) {
        after(Duration.ZERO, task);
    }

    // Tasks tell of their failures by themselves.
    @SuppressWarnings("FutureReturnValueIgnored")
    void after(Duration delay, Runnable task) {
        if (pool.isShutdown()) {
            return;
        }
        try {
            pool.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            if (!pool.isShutdown()) {
                throw e;
            }
        }
    }

    /** Interrupts what still runs; nothing new begins. */
    void interrupt() {
        pool.shutdownNow();
    }

    /** Interrupts what still runs and waits for its end; true if everything has ended. */
    boolean stop() throws InterruptedException {
        pool.shutdownNow();
        return pool.awaitTermination(INTERRUPTED_TASK_LIFE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
