package io.github.pgmb.bench.measure;

import io.github.pgmb.bench.load.Outcome;
import io.github.pgmb.bench.load.Processor;
import java.time.Duration;

/**
 * What something took.
 *
 * @param postgres processor time of all processes of the server
 * @param client processor time of this JVM
 */
public record Cost(long events, Duration elapsed, Duration postgres, Duration client) {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;

    /** What is to be measured. */
    @FunctionalInterface
    public interface Work {
        void run() throws Exception;
    }

    public static Cost of(long events, long postmaster, Work work) throws Exception {
        var postgres = Processor.ofPostgres(postmaster);
        var client = Processor.ofThisProcess();
        var start = System.nanoTime();
        work.run();
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        return new Cost(
                events,
                elapsed,
                Processor.ofPostgres(postmaster).minus(postgres),
                Processor.ofThisProcess().minus(client));
    }

    public static Cost of(Outcome outcome) {
        return new Cost(outcome.events(), outcome.whole(), outcome.postgres(), outcome.jvm());
    }

    /** Of both. */
    public Cost plus(Cost more) {
        return new Cost(
                events + more.events,
                elapsed.plus(more.elapsed),
                postgres.plus(more.postgres),
                client.plus(more.client));
    }

    /** Events in a second. */
    public double rate() {
        return events * NANOS_PER_SECOND / elapsed.toNanos();
    }

    /** How many processors both together keep busy. */
    public double cores() {
        return (double) postgres.plus(client).toNanos() / elapsed.toNanos();
    }

    public double postgresMicros() {
        return micros(postgres);
    }

    public double clientMicros() {
        return micros(client);
    }

    /** Per event. */
    private double micros(Duration used) {
        return used.toNanos() / NANOS_PER_MICRO / events;
    }
}
