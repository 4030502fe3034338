package io.github.pgmb.sql;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The steps of one session, which may have to wait for what another session holds; those that follow then wait as well. */
final class Lane {
    private static final long SHORT_MS = 2;

    private final Sessions sessions;
    private final Pgmb session;
    private final int pid;
    private final Queue<Step> waiting = new ArrayDeque<>();
    private Future<?> running;
    private int blocked;

    interface Step {
        void run() throws SQLException;
    }

    Lane(Sessions sessions) throws SQLException {
        this.sessions = sessions;
        session = sessions.open();
        pid = session.backendPid();
    }

    Pgmb session() {
        return session;
    }

    void add(Step step) {
        waiting.add(step);
    }

    boolean isBusy() {
        return running != null || !waiting.isEmpty();
    }

    /** How many steps had to wait for somebody else, so far. */
    int blocked() {
        return blocked;
    }

    /** Goes on until nothing is left to do or somebody else is in the way; whether any step has ended. */
    boolean settle(Pgmb observer) throws Exception {
        boolean progress = false;
        while (isBusy()) {
            boolean begins = running == null;
            if (begins) {
                start(waiting.remove());
            }
            if (hasEnded()) {
                progress = true;
            } else if (observer.isTrue("select cardinality(pg_blocking_pids(?)) > 0", pid)) {
                blocked += begins ? 1 : 0;
                return progress;
            }
        }
        return progress;
    }

    private void start(Step step) {
        running = sessions.start(() -> {
            step.run();
            return true;
        });
    }

    private boolean hasEnded() throws Exception {
        try {
            running.get(SHORT_MS, TimeUnit.MILLISECONDS);
            running = null;
            return true;
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
