package io.github.pgmb.bench.report;

import java.util.List;
import java.util.stream.IntStream;

/** The middle of measured values: of an even number, the lower of the two. */
public final class Medians {

    private Medians() {}

    public static double of(List<Double> values) {
        return values.stream()
                .sorted()
                .skip((values.size() - 1) / 2)
                .findFirst()
                .orElseThrow();
    }

    /** Of the quotients, round by round: what disturbs the machine disturbs both. */
    public static double ofRatios(List<Double> values, List<Double> baseline) {
        return of(IntStream.range(0, values.size())
                .mapToObj(round -> values.get(round) / baseline.get(round))
                .toList());
    }
}
