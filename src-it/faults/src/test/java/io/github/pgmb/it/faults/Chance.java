package io.github.pgmb.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Chance that a seed repeats. Thread-safe. */
final class Chance {

    private static final String SEED = "pgmb.it.seed";

    private final long seed = Long.getLong(SEED, System.nanoTime() & 0xFFFFFF);
    private final Random random = new Random(seed);

    synchronized int upTo(int most) {
        return random.nextInt(most + 1);
    }

    synchronized Duration between(Duration shortest, Duration longest) {
        var span = longest.minus(shortest).toMillis();
        return shortest.plusMillis(upTo(Math.toIntExact(span)));
    }

    synchronized boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    synchronized <T> List<T> shuffled(List<T> all) {
        var shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }

    @Override
    public String toString() {
        return "Choices are repeated by -D" + SEED + "=" + seed;
    }
}
