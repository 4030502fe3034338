package io.github.pgmb.internal.engine;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.Groups;
import io.github.pgmb.internal.db.Nodes;
import io.github.pgmb.internal.engine.Troubles.Part;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The heartbeat of this node, on a thread of its own: joins, renews the lease, takes free groups over, and wakes the
 * consumers of groups that have fallen behind.
 */
final class Node implements Runnable {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");
    private static final Duration LONGEST_BEAT = Duration.ofSeconds(1);

    private final String name;
    private final Settings settings;
    private final Membership membership;
    private final Nodes nodes;
    private final Groups groups;
    private final Lease lease;
    private final Troubles troubles;
    private final Consumers consumers;
    private final PgCron pgCron;
    private final MonotonicClock clock;
    private final Runnable onBeat;
    private final Semaphore signal = new Semaphore(0);
    private final Map<Long, Consumer> declared = new LinkedHashMap<>();
    private boolean databaseReady;
    private boolean registered;
    private volatile boolean stopping;
    private volatile boolean joined;

    Node(
            String name,
            Settings settings,
            Membership membership,
            Nodes nodes,
            Groups groups,
            Lease lease,
            Troubles troubles,
            Consumers consumers,
            PgCron pgCron,
            MonotonicClock clock,
            Runnable onBeat) {
        this.name = name;
        this.settings = settings;
        this.membership = membership;
        this.nodes = nodes;
        this.groups = groups;
        this.lease = lease;
        this.troubles = troubles;
        this.consumers = consumers;
        this.pgCron = pgCron;
        this.clock = clock;
        this.onBeat = onBeat;
    }

    /** Whether it has been in touch with a usable schema since it was started. */
    boolean hasJoined() {
        return joined;
    }

    /** Handlers have come or gone. */
    void beatNow() {
        signal.release();
    }

    /** Lets the thread end after its current beat. */
    void stop() {
        stopping = true;
        signal.release();
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                beat();
                if (signal.tryAcquire(pause().toMillis(), TimeUnit.MILLISECONDS)) {
                    signal.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration pause() {
        var read = settings.readEventsInterval();
        return read.compareTo(LONGEST_BEAT) < 0 ? read : LONGEST_BEAT;
    }

    private void beat() {
        if (stopping) {
            return;
        }
        onBeat.run();
        var begunAt = clock.nanoTime();
        try {
            join();
            // First, since a node that was forgotten while it was silent can declare nothing.
            renewLease();
            declareHandlers();
            pgCron.look();
            joined = true;
            takeOver();
            observe();
            withdrawHandlers();
            troubles.over(Part.HEARTBEAT, begunAt);
        } catch (SQLException | RuntimeException e) {
            troubles.met(Part.HEARTBEAT, e);
        }
    }

    private void join() throws SQLException {
        if (!databaseReady) {
            membership.prepareDatabase();
            databaseReady = true;
        }
        if (!registered) {
            var askedAt = clock.nanoTime();
            membership.register();
            lease.renewed(askedAt);
            registered = true;
        }
    }

    private void declareHandlers() throws SQLException {
        for (var consumer : consumers.present()) {
            if (!declared.containsValue(consumer)) {
                declare(consumer);
            }
        }
    }

    /** One wrong condition is the matter of its handler alone. */
    private void declare(Consumer consumer) throws SQLException {
        try {
            declared.put(membership.declare(consumer.handler(), consumer.groupId()), consumer);
        } catch (PgmbException e) {
            var message = String.valueOf(e.getMessage());
            if (consumer.failures().last().isEmpty()) {
                LOGGER.log(Level.ERROR, message);
            }
            consumer.failures().refused(message);
        }
    }

    /** Of modules that are gone; they have been drained. */
    private void withdrawHandlers() throws SQLException {
        for (var entry : List.copyOf(declared.entrySet())) {
            if (!consumers.contain(entry.getValue()) && nodes.withdraw(name, entry.getKey())) {
                declared.remove(entry.getKey());
            }
        }
    }

    private void renewLease() throws SQLException {
        if (!lease.isDueForRenewal()) {
            return;
        }
        var expired = !lease.isValid();
        var askedAt = clock.nanoTime();
        if (!nodes.renew(name)) {
            // Forgotten, and with it what it had declared.
            registered = false;
            declared.clear();
            disownAll();
            join();
        } else if (expired) {
            // Somebody may have taken them over meanwhile.
            disownAll();
        }
        lease.renewed(askedAt);
    }

    private void disownAll() {
        consumers.present().forEach(Consumer::disown);
    }

    private void takeOver() throws SQLException {
        var held = new ArrayList<Long>();
        declared.forEach((group, consumer) -> {
            if (consumer.holdsGroup()) {
                held.add(group);
            }
        });
        if (held.size() == declared.size()) {
            return;
        }
        for (var taken : nodes.takeOver(name, held)) {
            var consumer = declared.get(taken.groupNo());
            if (consumer != null) {
                consumer.own(taken);
            } else {
                // Declared by a call whose answer was lost, for a module that has gone since.
                nodes.withdraw(name, taken.groupNo());
            }
        }
    }

    private void observe() throws SQLException {
        if (declared.isEmpty()) {
            return;
        }
        for (var standing : groups.standings(name, declared.keySet())) {
            var consumer = declared.get(standing.groupNo());
            if (consumer != null) {
                consumer.stands(standing);
            }
        }
    }
}
