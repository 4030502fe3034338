package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.GroupFailures;
import io.github.pgmb.internal.db.Maintenance.GroupRetention;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the engine knows about itself, from memory: asking costs no database call.
 *
 * @param phase where it is between start and stop
 * @param problem why it cannot work now, and what to do: no data source, database away, schema missing; empty if it can
 * @param maintenance what the maintenance of partitions fails of, which keeps nobody from delivering; empty if nothing
 * @param loopsAlive whether its own threads run and come round in time; does not depend on the database
 * @param schedulerStarved the container's scheduler fires too late, the engine's own threads have taken over
 * @param groups one entry per handler of this application
 * @param retention groups of any application that the log is kept for beyond the retention period, or that have lost events
 * @param failures what handlers of this application have failed on, as of the last maintenance; those that have not are left out
 */
public record EngineStatus(
        Phase phase,
        Optional<String> problem,
        Optional<String> maintenance,
        boolean loopsAlive,
        boolean schedulerStarved,
        List<GroupStatus> groups,
        List<GroupRetention> retention,
        List<GroupFailures> failures) {

    /** Of an engine that has not been created yet. */
    public static EngineStatus waiting(Optional<String> problem) {
        return new EngineStatus(Phase.NEW, problem, Optional.empty(), true, false, List.of(), List.of(), List.of());
    }

    /** The same with a further problem. */
    public EngineStatus withProblem(Optional<String> other) {
        var all = Stream.of(problem, other).flatMap(Optional::stream).collect(Collectors.joining(" "));
        return new EngineStatus(
                phase,
                Optional.of(all).filter(text -> !text.isEmpty()),
                maintenance,
                loopsAlive,
                schedulerStarved,
                groups,
                retention,
                failures);
    }

    /** Where the engine is between start and stop. */
    public enum Phase {
        /** Not started yet, or waiting for {@code Broker.start()}. */
        NEW,
        /** Started, but not yet once in touch with a usable schema. */
        STARTING,
        RUNNING,
        DRAINING,
        STOPPED
    }

    /**
     * A handler's group.
     *
     * @param position how many of its events are acknowledged
     * @param lag how many wait
     * @param maxLag how many may wait before the node is not ready any more; 0: any number
     * @param owner the node that handles it now; empty if none does
     * @param ownedHere whether that is this node
     * @param quarantine why its condition is not evaluated any more; empty if it is
     * @param lastError the last failure of the handler on this node since its last success
     * @param lastErrorAt when that was
     */
    public record GroupStatus(
            String handler,
            String groupId,
            long position,
            long lag,
            long maxLag,
            Optional<String> owner,
            boolean ownedHere,
            Optional<String> quarantine,
            Optional<String> lastError,
            Optional<Instant> lastErrorAt) {

        public boolean isBehind() {
            return maxLag > 0 && lag > maxLag;
        }
    }
}
