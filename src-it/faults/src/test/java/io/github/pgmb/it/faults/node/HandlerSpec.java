package io.github.pgmb.it.faults.node;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling;
import io.github.pgmb.internal.engine.RetryPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A handler of a node, as it is told to the node's process.
 *
 * @param failPercent how many of its calls fail
 * @param splits whether a batch is cut into parts by publisher
 * @param blocks whether the group waits for retries
 * @param workMicros how long a call takes
 * @param timeoutS of its transaction, which some calls exceed; 0: none
 * @param delays until further attempts; empty: attempts without end, soon after each other
 */
public record HandlerSpec(
        String name,
        Unit unit,
        Acknowledging acknowledging,
        int failPercent,
        boolean splits,
        boolean blocks,
        int workMicros,
        int timeoutS,
        List<Duration> delays) {

    static final String TOPIC = "faults";
    private static final RetryPlan SOON =
            new RetryPlan.Exponential(Duration.ofMillis(20), 2, Duration.ofMillis(500), 0.2, Integer.MAX_VALUE);

    public static HandlerSpec of(String name, Unit unit, Acknowledging acknowledging) {
        return new HandlerSpec(name, unit, acknowledging, 0, false, false, 0, 0, List.of());
    }

    public HandlerSpec failing(int percent) {
        return new HandlerSpec(name, unit, acknowledging, percent, splits, blocks, workMicros, timeoutS, delays);
    }

    public HandlerSpec splitting() {
        return new HandlerSpec(name, unit, acknowledging, failPercent, true, blocks, workMicros, timeoutS, delays);
    }

    public HandlerSpec blocking() {
        return new HandlerSpec(name, unit, acknowledging, failPercent, splits, true, workMicros, timeoutS, delays);
    }

    public HandlerSpec working(Duration time) {
        var micros = Math.toIntExact(time.toNanos() / 1000);
        return new HandlerSpec(name, unit, acknowledging, failPercent, splits, blocks, micros, timeoutS, delays);
    }

    public HandlerSpec timingOutAfter(int seconds) {
        return new HandlerSpec(name, unit, acknowledging, failPercent, splits, blocks, workMicros, seconds, delays);
    }

    public HandlerSpec retriedAfter(Duration... pauses) {
        return new HandlerSpec(
                name, unit, acknowledging, failPercent, splits, blocks, workMicros, timeoutS, List.of(pauses));
    }

    public boolean isTransactional() {
        return acknowledging == Acknowledging.IN_TRANSACTION;
    }

    HandlerDefinition definition(Handling handling) {
        var plan = delays.isEmpty() ? SOON : new RetryPlan.Delays(delays);
        var failures =
                new FailurePolicy(plan, List.of(), blocks, splits ? Optional.of("/payload/p") : Optional.empty());
        return new HandlerDefinition(
                name,
                new Interest(List.of(TOPIC), "", "{}"),
                unit,
                acknowledging,
                failures,
                Duration.ofSeconds(timeoutS),
                0,
                "handler " + name,
                handling);
    }

    /** For {@link #parse}. */
    public String toText() {
        var fixed = Stream.of(name, unit, acknowledging, failPercent, splits, blocks, workMicros, timeoutS);
        return Stream.concat(fixed, delays.stream())
                .map(Object::toString)
                .reduce((a, b) -> a + "," + b)
                .orElseThrow();
    }

    static HandlerSpec parse(String text) {
        var parts = text.split(",", -1);
        return new HandlerSpec(
                parts[0],
                Unit.valueOf(parts[1]),
                Acknowledging.valueOf(parts[2]),
                Integer.parseInt(parts[3]),
                Boolean.parseBoolean(parts[4]),
                Boolean.parseBoolean(parts[5]),
                Integer.parseInt(parts[6]),
                Integer.parseInt(parts[7]),
                Stream.of(parts).skip(8).map(Duration::parse).toList());
    }
}
