package io.github.pgmb.bench.measure;

import io.github.pgmb.bench.report.Medians;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What one case took in each round. */
public final class Series {

    private final List<Cost> costs = new ArrayList<>();

    public void add(Cost cost) {
        costs.add(cost);
    }

    /** The first round warms up. */
    public void forgetWarmUp() {
        costs.clear();
    }

    public double rate() {
        return median(Cost::rate);
    }

    public double median(ToDoubleFunction<Cost> value) {
        return Medians.of(values(value));
    }

    /** The rate as a share of that of the baseline, round by round. */
    public double rateOf(Series baseline) {
        return Medians.ofRatios(values(Cost::rate), baseline.values(Cost::rate));
    }

    /** The elapsed time for an event as a multiple of that of the other, round by round. */
    public double timesOf(Series other) {
        return Medians.ofRatios(other.values(Cost::rate), values(Cost::rate));
    }

    private List<Double> values(ToDoubleFunction<Cost> value) {
        return costs.stream().map(value::applyAsDouble).toList();
    }
}
