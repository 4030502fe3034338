package io.github.pgmb.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Carries faults out, undoes them in time, and remembers what was done. Used by one thread. */
final class Faults implements AutoCloseable {

    private static final int MOST_BYTES = 2_000;
    private static final Duration SLOWNESS = Duration.ofMillis(5);

    private final Rig rig;
    private final ScheduledExecutorService healers = Executors.newScheduledThreadPool(2);
    private final List<Future<?>> healings = new ArrayList<>();
    private final List<String> done = new ArrayList<>();
    private final Map<Long, List<Long>> thaws = new ConcurrentHashMap<>();
    private final long begin = System.nanoTime();
    private List<Planned> schedule = List.of();

    Faults(Rig rig) {
        this.rig = rig;
    }

    /** What can happen. */
    enum Kind {
        NODE_KILL,
        BACKEND_KILL,
        POSTGRES_KILL,
        RESET,
        CUT_IN_MESSAGE,
        SLOW_NETWORK,
        BLACK_HOLE,
        FREEZE
    }

    /**
     * One of the schedule.
     *
     * @param at after its begin
     * @param ofOwner whether it hits the node that owns the groups then; else the other one
     * @param length until it is undone
     */
    record Planned(Duration at, Kind kind, boolean ofOwner, Duration length) {

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%5.1f s %s %s, %.1f s",
                    seconds(at),
                    kind,
                    ofOwner ? "owner" : "other",
                    seconds(length));
        }
    }

    /** One fault at each interval: all kinds, in random order, again and again. */
    static List<Planned> plan(
            Chance chance, Duration total, Duration interval, Duration longestHole, Duration longestFreeze) {
        var planned = new ArrayList<Planned>();
        var kinds = new ArrayList<Kind>();
        for (var at = interval; at.compareTo(total) < 0; at = at.plus(interval)) {
            if (kinds.isEmpty()) {
                kinds.addAll(chance.shuffled(List.of(Kind.values())));
            }
            var kind = kinds.remove(0);
            var longest = switch (kind) {
                case BLACK_HOLE -> longestHole;
                case FREEZE -> longestFreeze;
                case SLOW_NETWORK -> Duration.ofSeconds(4);
                case NODE_KILL, POSTGRES_KILL -> Duration.ofSeconds(2);
                case BACKEND_KILL, RESET, CUT_IN_MESSAGE -> Duration.ZERO;
            };
            planned.add(new Planned(at, kind, !chance.onceIn(4), chance.between(longest.dividedBy(3), longest)));
        }
        return planned;
    }

    /** Returns when the last one has been undone. */
    void carryOut(List<Planned> planned) throws InterruptedException, ExecutionException {
        schedule = planned;
        var start = System.nanoTime();
        for (var fault : planned) {
            var wait = fault.at().toNanos() - (System.nanoTime() - start);
            TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
            carryOut(fault);
        }
        awaitHealed();
    }

    private void carryOut(Planned fault) throws InterruptedException {
        var owner = rig.owner();
        var node = fault.ofOwner() ? owner : rig.otherThan(owner);
        switch (fault.kind()) {
            case NODE_KILL -> {
                kill(node);
                heal(fault.length(), "start of " + node, node::start);
            }
            case BACKEND_KILL -> cutBackends();
            case POSTGRES_KILL -> killPostgres(fault.length());
            case RESET -> {
                note("reset of " + node);
                node.network().reset();
                node.publisherNetwork().reset();
            }
            case CUT_IN_MESSAGE -> {
                var bytes = rig.chance().upTo(MOST_BYTES);
                note("cut of " + node + " after " + bytes + " bytes");
                node.network().cutAfter(bytes);
                node.publisherNetwork().cutAfter(bytes);
            }
            case SLOW_NETWORK -> {
                note("slow network of " + node);
                node.network().latency(SLOWNESS);
                heal(
                        fault.length(),
                        "end of the slow network of " + node,
                        () -> node.network().latency(Duration.ZERO));
            }
            case BLACK_HOLE -> blackHole(node, fault.length());
            case FREEZE -> freeze(node, fault.length());
        }
    }

    void kill(Node node) throws InterruptedException {
        note("SIGKILL to " + node);
        node.kill();
    }

    private void cutBackends() {
        note("backends terminated");
        rig.database().execute("""
                select pg_terminate_backend(pid) from pg_stat_activity
                where usename = 'app' and random() < 0.5""");
    }

    void killPostgres(Duration away) throws InterruptedException {
        note("SIGKILL to PostgreSQL " + rig.postgres().postmasterPid());
        rig.postgres().kill();
        Thread.sleep(away.toMillis());
        rig.postgres().restart();
        note("PostgreSQL is back");
    }

    private void blackHole(Node node, Duration length) {
        note("black hole around " + node);
        node.network().blackHole(true);
        node.publisherNetwork().blackHole(true);
        heal(length, "end of the black hole around " + node, () -> {
            node.network().blackHole(false);
            node.publisherNetwork().blackHole(false);
        });
    }

    void freeze(Node node, Duration length) throws InterruptedException {
        var pid = node.pid();
        note("SIGSTOP to " + node);
        var thaw = node.freeze();
        heal(length, "SIGCONT to " + node, () -> {
            thaws.computeIfAbsent(pid, p -> new ArrayList<>()).add(System.nanoTime());
            thaw.carryOut();
        });
    }

    private void heal(Duration after, String what, Node.Thaw healing) {
        healings.add(healers.schedule(
                () -> {
                    note(what);
                    healing.carryOut();
                    return what;
                },
                after.toMillis(),
                TimeUnit.MILLISECONDS));
    }

    void awaitHealed() throws InterruptedException, ExecutionException {
        for (var healing : healings) {
            healing.get();
        }
        healings.clear();
        rig.nodes().forEach(Node::start);
    }

    /** When processes went on after they had been frozen. */
    Map<Long, List<Long>> thaws() {
        return thaws;
    }

    private synchronized void note(String what) {
        done.add(String.format(Locale.ROOT, "%7.3f s  %s", (System.nanoTime() - begin) / 1e9, what));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    @Override
    public void close() {
        healers.shutdownNow();
    }

    @Override
    public synchronized String toString() {
        return "Schedule:\n  "
                + String.join("\n  ", schedule.stream().map(Planned::toString).toList()) + "\nDone:\n  "
                + String.join("\n  ", done);
    }
}
