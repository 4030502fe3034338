package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Groups.Standing;
import io.github.pgmb.internal.db.Nodes.Ownership;
import io.github.pgmb.internal.engine.Troubles.Part;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Has the events of one handler's group handled while this node owns it. Runs on the workers, never twice at once; a failure
 * makes it pause and concerns nobody else.
 */
final class Consumer {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");

    private enum Activity {
        IDLE,
        QUEUED,
        RUNNING,
        /** Running, and to run again since something happened meanwhile. */
        WOKEN
    }

    private final HandlerDefinition handler;
    private final String groupId;
    private final Surroundings around;
    private final Workers workers;
    private final Failures failures;
    private final Turns turns;
    private final Alarm alarm;
    private final AtomicReference<Activity> activity = new AtomicReference<>(Activity.IDLE);
    private volatile @Nullable OwnedGroup owned;
    private volatile @Nullable Standing standing;
    private volatile boolean stopping;
    private volatile boolean outdated;

    Consumer(HandlerDefinition handler, Surroundings around, Workers workers) {
        this.workers = workers;
        this.handler = handler;
        this.groupId = around.groupOf(handler);
        this.around = around;
        this.alarm = new Alarm(workers, this::wake, around.clock());
        this.failures = new Failures(handler, around.troubles(), around.clock());
        this.turns = new Turns(handler, around, failures, this::mayHandle);
    }

    String groupId() {
        return groupId;
    }

    HandlerDefinition handler() {
        return handler;
    }

    Failures failures() {
        return failures;
    }

    boolean holdsGroup() {
        return owned != null;
    }

    void own(Ownership ownership) {
        owned = new OwnedGroup(around.node(), groupId, ownership, around.groups(), around.retries(), around.clock());
        wake();
    }

    /** Nothing is handled any more until the group is taken over anew; what is being handled cannot be acknowledged. */
    void disown() {
        owned = null;
    }

    void stands(Standing now) {
        // Said by one node for all.
        if (holdsGroup()) {
            failures.quarantined(now.quarantine());
        }
        standing = now;
        var group = owned;
        if (group != null) {
            group.expect(now.retries());
        }
        if (outdated == now.asDeclared()) {
            outdated = !now.asDeclared();
            failures.outdated(outdated);
        }
        if (now.lag() > 0 || outdated || (group != null && group.hasDueRetries())) {
            wake();
        }
    }

    @Nullable
    Standing standing() {
        return standing;
    }

    /** Fetches nothing more; what is being handled goes on. */
    void drain() {
        stopping = true;
        failures.stopping();
    }

    /** What is only queued does nothing any more once it drains. */
    boolean isIdle() {
        var now = activity.get();
        return now == Activity.IDLE || now == Activity.QUEUED;
    }

    /** Says that there may be something to handle. */
    void wake() {
        var before = activity.getAndUpdate(
                now -> now == Activity.IDLE || now == Activity.QUEUED ? Activity.QUEUED : Activity.WOKEN);
        if (before == Activity.IDLE) {
            workers.execute(this::run);
        } else if (before == Activity.QUEUED) {
            workers.ensureThread();
        }
    }

    private void run() {
        activity.set(Activity.RUNNING);
        var handledSomething = false;
        try {
            handledSomething = handleWhatIsThere();
        } finally {
            var woken = activity.getAndSet(Activity.IDLE) == Activity.WOKEN;
            if (handledSomething || woken) {
                wake();
            }
            wakeLater();
        }
    }

    /** After a pause, or when the next retry is due. */
    private void wakeLater() {
        var group = owned;
        if (failures.isPausing()) {
            alarm.in(failures.pauseLeft());
        } else if (group != null && mayHandle(group)) {
            group.nextRetryIn().ifPresent(alarm::in);
        }
    }

    private boolean handleWhatIsThere() {
        var group = owned;
        if (group != null && outdated) {
            handOver(group);
        }
        if (group == null || !mayHandle(group)) {
            return false;
        }
        try {
            failures.reading();
            return turns.take(group);
        } catch (FencedException e) {
            lost(group, e);
        } catch (Throwable e) {
            troubled(group, e);
        }
        return false;
    }

    private boolean mayHandle(OwnedGroup group) {
        return !stopping && !outdated && owned == group && around.lease().isValid() && !failures.isPausing();
    }

    private void troubled(OwnedGroup group, Throwable failure) {
        if (failures.isInterruption(failure)) {
            return;
        }
        alarm.in(failures.troubled(failure));
        try {
            group.reread();
        } catch (SQLException | RuntimeException e) {
            // Whoever knows nothing of the position takes the group over anew, which tells it.
            forget(group);
        }
    }

    /** To a node with the newest declaration; nothing is being handled now. */
    private void handOver(OwnedGroup group) {
        forget(group);
        try {
            around.nodes().handOver(around.node(), group.ownership());
        } catch (SQLException | RuntimeException e) {
            around.troubles().met(Part.HEARTBEAT, e);
        }
    }

    private void lost(OwnedGroup group, FencedException fenced) {
        forget(group);
        LOGGER.log(Level.WARNING, fenced.getMessage());
    }

    private void forget(OwnedGroup group) {
        if (owned == group) {
            owned = null;
        }
    }
}
