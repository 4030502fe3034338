package io.github.pgmb.bench.engine;

import io.github.pgmb.NewEvent;
import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.bench.report.Aim;
import io.github.pgmb.bench.report.Medians;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** How long the events of a handler wait when the node that owns its group ends: until the first one is handled by the other node. */
final class Takeover implements Measurement {

    static final String TOPIC = "bench.taken";

    private static final int TIMES = 10;
    private static final long BETWEEN_EVENTS_MS = 20;
    private static final long LIMIT_S = 60;
    private static final Duration USUAL_LEASE = Duration.ofSeconds(10);
    private static final Duration SHORT_LEASE = Duration.ofSeconds(3);
    private static final Duration MORE = Duration.ofSeconds(2);
    /** How often a node looks. */
    private static final Duration BEAT = Duration.ofMillis(500);

    private final Random random = new Random(1);

    /** One line. */
    private record Line(String title, Duration lease, boolean clean, List<Double> seconds) {

        /** What it is compared with. */
        Duration base() {
            return clean ? BEAT : lease;
        }

        Aim aim() {
            return Aim.atMost(inSeconds(clean ? BEAT.multipliedBy(2) : lease.plus(MORE)), "s");
        }
    }

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        var lines = List.of(
                new Line("kill -9, lease of 10 s", USUAL_LEASE, false, new ArrayList<>()),
                new Line("kill -9, lease of 3 s", SHORT_LEASE, false, new ArrayList<>()),
                new Line("clean stop, lease of 10 s", USUAL_LEASE, true, new ArrayList<>()));
        try (var store = cluster.store("takeover")) {
            // The nodes have no time to spare for what the first one does once.
            NodeProcess.start(store, SHORT_LEASE).close();
            for (var time = 1; time <= effort.count(TIMES); time++) {
                progress.accept("takeover, " + time);
                for (var line : lines) {
                    line.seconds().add(inSeconds(take(store, line)));
                }
            }
            return new Section(
                    "Takeover by another node",
                    table(lines),
                    List.of("events are published every " + BETWEEN_EVENTS_MS
                            + " ms by the node that takes over; each node has a pool"
                            + " of its own; fsync " + store.ask("show fsync") + ", PostgreSQL "
                            + store.ask("show server_version")));
        }
    }

    private Duration take(Store store, Line line) throws Exception {
        var taken = new CompletableFuture<Long>();
        var done = new AtomicBoolean();
        try (var owner = NodeProcess.start(store, line.lease());
                var other = NodeProcess.node(store.url(), line.lease(), () -> taken.complete(System.nanoTime()))) {
            awaitJoined(store);
            var publisher = new Thread(() -> publish(other, done), "bench-publisher");
            publisher.start();
            try {
                // At any moment between two renewals.
                Thread.sleep((long) (line.lease().toMillis() / 4.0 * (1 + random.nextDouble())));
                if (taken.isDone()) {
                    throw new IllegalStateException("taken over from a node that lives");
                }
                var end = System.nanoTime();
                if (line.clean()) {
                    owner.stop();
                } else {
                    owner.kill();
                }
                return Duration.ofNanos(taken.get(LIMIT_S, TimeUnit.SECONDS) - end);
            } finally {
                done.set(true);
                publisher.join();
            }
        }
    }

    private static void awaitJoined(Store store) throws Exception {
        while (store.number("select count(*) from pgmb.node_groups where node like '"
                        + ProcessHandle.current().pid() + "-%'")
                == 0) {
            Thread.sleep(BETWEEN_EVENTS_MS);
        }
    }

    private static void publish(PlainNode node, AtomicBoolean done) {
        try {
            while (!done.get()) {
                node.broker().publish(List.of(NewEvent.of(TOPIC, "{}")));
                Thread.sleep(BETWEEN_EVENTS_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static double inSeconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static Table table(List<Line> lines) {
        var table = new Table("the owner's end", "n", "least s", "median s", "most s", "aim", "", "median ratio", "to");
        for (var line : lines) {
            var most = Collections.max(line.seconds());
            table.row(
                    line.title(),
                    Integer.toString(line.seconds().size()),
                    Numbers.twoDigits(Collections.min(line.seconds())),
                    Numbers.twoDigits(Medians.of(line.seconds())),
                    Numbers.twoDigits(most),
                    line.aim().text(),
                    line.aim().verdict(most),
                    Numbers.twoDigits(Medians.of(line.seconds()) / inSeconds(line.base())),
                    line.clean() ? "a beat of 0.5 s" : "the lease");
        }
        return table;
    }
}
