package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.load.Outcome;
import io.github.pgmb.bench.report.Medians;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Table;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The outcomes of all rounds by case. */
final class Rounds {

    private final Map<Case, List<Outcome>> outcomes = new LinkedHashMap<>();

    void add(Case played, Outcome outcome) {
        outcomes.computeIfAbsent(played, first -> new ArrayList<>()).add(outcome);
    }

    Table table() {
        var table = new Table(
                "what",
                "publishers",
                "events/s",
                "lowest – highest",
                "of bare insert",
                "JVM µs/event",
                "PostgreSQL µs/event",
                "JVM cores",
                "PostgreSQL cores",
                "until published");
        outcomes.keySet().forEach(played -> row(table, played));
        return table;
    }

    private void row(Table table, Case played) {
        var rates = each(played, Outcome::rate);
        table.row(
                played.kind().title(),
                Integer.toString(played.publishers()),
                Numbers.whole(Medians.of(rates)),
                Numbers.whole(Collections.min(rates)) + " – " + Numbers.whole(Collections.max(rates)),
                Numbers.percent(Medians.ofRatios(rates, each(played.baseline(), Outcome::rate))),
                Numbers.oneDigit(median(played, o -> o.microsPerEvent(o.jvm()))),
                Numbers.oneDigit(median(played, o -> o.microsPerEvent(o.postgres()))),
                Numbers.twoDigits(median(played, o -> o.cores(o.jvm()))),
                Numbers.twoDigits(median(played, o -> o.cores(o.postgres()))),
                Numbers.percent(median(played, o -> o.cores(o.publishing()))));
    }

    private double median(Case played, ToDoubleFunction<Outcome> value) {
        return Medians.of(each(played, value));
    }

    private List<Double> each(Case played, ToDoubleFunction<Outcome> value) {
        return outcomes.getOrDefault(played, List.of()).stream()
                .map(value::applyAsDouble)
                .toList();
    }
}
