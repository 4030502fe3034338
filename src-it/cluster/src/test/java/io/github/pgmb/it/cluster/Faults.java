package io.github.pgmb.it.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Chance, which a seed repeats, and the list of what was done to nodes and database. Thread-safe. */
final class Faults {

    private static final String SEED = "pgmb.it.seed";

    private final long seed = Long.getLong(SEED, System.nanoTime() & 0xFFFFFF);
    private final Random random = new Random(seed);
    private final long start = System.nanoTime();
    private final List<String> done = new ArrayList<>();

    synchronized Duration upTo(Duration longest) {
        return Duration.ofMillis(random.nextInt(Math.toIntExact(longest.toMillis()) + 1));
    }

    synchronized <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    synchronized boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    synchronized void done(String fault) {
        var elapsed = Duration.ofNanos(System.nanoTime() - start);
        done.add("%4d.%03d s  %s".formatted(elapsed.toSeconds(), elapsed.toMillisPart(), fault));
    }

    @Override
    public synchronized String toString() {
        return "Faults, repeated by -D" + SEED + "=" + seed + ":\n  " + String.join("\n  ", done);
    }
}
