package io.github.pgmb.bench.app;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Publishes single events at random moments. */
@Path("latency")
public class LatencyResource {

    private static final int SHORTEST_GAP_MS = 20;
    private static final int LONGEST_GAP_MS = 100;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Inject
    Pings pings;

    /** A line for each event: nanoseconds from just before the call, and from just after the commit, to the handler. */
    @GET
    public String measure(@QueryParam("events") int events) throws InterruptedException {
        pings.forget();
        var random = new Random(events);
        var called = new long[events];
        var committed = new long[events];
        for (var number = 0; number < events; number++) {
            Thread.sleep(random.nextInt(SHORTEST_GAP_MS, LONGEST_GAP_MS + 1));
            called[number] = System.nanoTime();
            pings.publish(number);
            committed[number] = System.nanoTime();
        }
        awaitAll(events);
        return IntStream.range(0, events)
                .mapToObj(number ->
                        pings.entered(number) - called[number] + " " + (pings.entered(number) - committed[number]))
                .collect(Collectors.joining("\n"));
    }

    private void awaitAll(int events) throws InterruptedException {
        var end = System.nanoTime() + LIMIT.toNanos();
        while (pings.arrived() < events) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(pings.arrived() + " of " + events + " events arrived within " + LIMIT);
            }
            Thread.sleep(SHORTEST_GAP_MS);
        }
    }
}
