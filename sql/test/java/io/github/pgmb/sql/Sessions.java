package io.github.pgmb.sql;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The sessions and threads of one test, all ended after it. Register it as an instance field. */
final class Sessions implements AfterEachCallback {
    private static final int STOP_LIMIT_S = LongForm.or(60, 600);

    private final TestDatabase db;
    private final List<Session> open = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    Sessions(TestDatabase db) {
        this.db = db;
    }

    /** A new session of the owner. */
    synchronized Pgmb open() throws SQLException {
        Pgmb session = new Pgmb(db.connect());
        // What waits for ever fails.
        session.run("set statement_timeout = '" + STOP_LIMIT_S + "s'");
        open.add(session);
        return session;
    }

    /** Runs something on a thread of its own. */
    <T> Future<T> start(Callable<T> task) {
        return threads.submit(task);
    }

    /** Its result, or what it threw. */
    static <T> T result(Future<T> future) throws Exception {
        try {
            return future.get(STOP_LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** The results of tasks that all start at once, in their order; throws what the first failing one threw. */
    <T> List<T> atOnce(List<Callable<T>> tasks) throws Exception {
        List<T> results = new ArrayList<>();
        List<Future<T>> futures = threads.invokeAll(tasks, STOP_LIMIT_S, TimeUnit.SECONDS);
        // The others may have been cancelled only because they waited for what a failed one did not do.
        for (Future<T> future : futures) {
            if (!future.isCancelled()) {
                result(future);
            }
        }
        for (Future<T> future : futures) {
            results.add(result(future));
        }
        return results;
    }

    /** Those that were opened until now, for tests that open very many. */
    synchronized void closeAll() throws SQLException {
        // Ends what waits for a lock as well: its holder is among these.
        for (Session session : open) {
            session.close();
        }
        open.clear();
    }

    @Override
    public synchronized void afterEach(ExtensionContext context) throws SQLException, InterruptedException {
        closeAll();
        threads.shutdownNow();
        if (!threads.awaitTermination(STOP_LIMIT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("A thread of the test did not end");
        }
    }
}
