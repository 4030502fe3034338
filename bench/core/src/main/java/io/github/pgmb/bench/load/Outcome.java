package io.github.pgmb.bench.load;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a round has measured.
 *
 * @param whole from the first call that publishes to the last event handled
 * @param publishing until the last publisher was done
 * @param jvm processor time of the JVM, by threads of known roles in {@code threads}
 * @param postgres processor time of all processes of the server; zero if it is not on this machine
 */
public record Outcome(
        long events,
        Duration whole,
        Duration publishing,
        Duration jvm,
        Duration postgres,
        Map<ThreadRole, Duration> threads) {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MICRO = 1e3;

    static Outcome between(long events, long wholeNanos, long publishingNanos, Usage before, Usage after) {
        var threads = new EnumMap<ThreadRole, Duration>(ThreadRole.class);
        for (var role : ThreadRole.values()) {
            threads.put(role, of(after, role).minus(of(before, role)));
        }
        return new Outcome(
                events,
                Duration.ofNanos(wholeNanos),
                Duration.ofNanos(publishingNanos),
                after.jvm().minus(before.jvm()),
                after.postgres().minus(before.postgres()),
                threads);
    }

    private static Duration of(Usage usage, ThreadRole role) {
        return usage.threads().getOrDefault(role, Duration.ZERO);
    }

    /** Events in a second. */
    public double rate() {
        return events * NANOS_PER_SECOND / whole.toNanos();
    }

    /** How many processors that time keeps busy. */
    public double cores(Duration used) {
        return (double) used.toNanos() / whole.toNanos();
    }

    public double microsPerEvent(Duration used) {
        return used.toNanos() / NANOS_PER_MICRO / events;
    }

    /** What {@link #parse} reads. */
    public String toText() {
        var numbers = Stream.of(whole, publishing, jvm, postgres).map(Duration::toNanos);
        var roles = Stream.of(ThreadRole.values())
                .map(role -> threads.getOrDefault(role, Duration.ZERO).toNanos());
        return events + " " + Stream.concat(numbers, roles).map(String::valueOf).collect(Collectors.joining(" "));
    }

    public static Outcome parse(String text) {
        var numbers =
                Stream.of(text.strip().split(" ", -1)).map(Long::parseLong).iterator();
        var events = numbers.next();
        var whole = Duration.ofNanos(numbers.next());
        var publishing = Duration.ofNanos(numbers.next());
        var jvm = Duration.ofNanos(numbers.next());
        var postgres = Duration.ofNanos(numbers.next());
        var threads = new EnumMap<ThreadRole, Duration>(ThreadRole.class);
        for (var role : ThreadRole.values()) {
            threads.put(role, Duration.ofNanos(numbers.next()));
        }
        return new Outcome(events, whole, publishing, jvm, postgres, threads);
    }
}
