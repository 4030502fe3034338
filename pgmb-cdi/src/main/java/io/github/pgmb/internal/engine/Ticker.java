package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.EventLog;
import io.github.pgmb.internal.engine.Troubles.Part;
import java.sql.SQLException;
import java.util.Collection;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Ticks whenever it is signalled, on a thread of its own; signals that come meanwhile are one. */
final class Ticker implements Runnable {

    private static final int MOST_BUSY_TRIES = 200;

    private final EventLog log;
    private final Wake wake;
    private final Troubles troubles;
    private final MonotonicClock clock;
    private final Semaphore signals = new Semaphore(0);
    private volatile long lastTick;
    private volatile boolean announced;
    private volatile boolean stopping;

    Ticker(EventLog log, Wake wake, Troubles troubles, MonotonicClock clock) {
        this.log = log;
        this.wake = wake;
        this.troubles = troubles;
        this.clock = clock;
        this.lastTick = clock.nanoTime();
    }

    /** Whom a tick wakes. */
    interface Wake {
        void groups(Collection<Long> groupNos);

        void all();
    }

    /** This node has published something. */
    void announce() {
        announced = true;
        signal();
    }

    void signal() {
        // One that waits is enough: the tick that it starts sees everything committed before.
        if (signals.availablePermits() == 0) {
            signals.release();
        }
    }

    /** Lets the thread end after its current tick: interrupted within it, it would take the database for unusable. */
    void stop() {
        stopping = true;
        signals.release();
    }

    /** When the last tick was begun or ended, by the engine's clock. */
    long lastTick() {
        return lastTick;
    }

    @Override
    public void run() {
        try {
            awaitSignal();
            while (!stopping) {
                tickUntilNothingIsLeft();
                awaitSignal();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitSignal() throws InterruptedException {
        signals.acquire();
        signals.drainPermits();
    }

    private void tickUntilNothingIsLeft() throws InterruptedException {
        var expected = announced;
        announced = false;
        try {
            var begunAt = clock.nanoTime();
            var found = tick();
            if (!found && expected) {
                // Another node has dispatched it, and cannot wake anybody here.
                wake.all();
            }
            while (found && !stopping) {
                begunAt = clock.nanoTime();
                found = tick();
            }
            troubles.over(Part.TICK, begunAt);
        } catch (SQLException | RuntimeException e) {
            troubles.met(Part.TICK, e);
        }
    }

    private boolean tick() throws SQLException, InterruptedException {
        lastTick = clock.nanoTime();
        var tick = log.tick();
        for (var tries = 0; tick.busy() && !stopping && tries < MOST_BUSY_TRIES; tries++) {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextInt(2, 6));
            tick = log.tick();
        }
        lastTick = clock.nanoTime();
        wake.groups(tick.groups());
        return tick.more() || tick.matches() > 0;
    }
}
