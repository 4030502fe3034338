package io.github.pgmb.bench.sql;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
import io.github.pgmb.bench.measure.Publishers;
import io.github.pgmb.bench.measure.Series;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.bench.report.Aim;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import java.util.List;
import java.util.function.Consumer;

/** Everything at once: what an event costs from publisher to acknowledgement. */
final class Together implements Measurement {

    private static final int EVENTS = 200_000;

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        var events = effort.events(EVENTS);
        var bare = new Series();
        var whole = new Series();
        try (var store = cluster.store("together").subscribe(1, false)) {
            for (var round = 0; round <= effort.rounds(); round++) {
                progress.accept("together, round " + round);
                store.empty();
                // Positions begin again with the deliveries.
                store.run("truncate pgmb.progress");
                bare.add(Publishers.publish(store, Store.BARE, events, Store.BATCH, Pipeline.PUBLISHERS));
                whole.add(new Pipeline(store, "bench-0").play(events));
                if (round == 0) {
                    bare.forgetWarmUp();
                    whole.forgetWarmUp();
                }
            }
        }
        return new Section(
                "Publish, tick, read and acknowledge at once: 2 publishers, batches of 100",
                table(bare, whole),
                List.of());
    }

    private static Table table(Series bare, Series whole) {
        var table = new Table("what", "events/s", "of bare", "aim", "", "PostgreSQL µs/event", "client µs/event");
        row(table, "insert into a bare table", bare, bare, Aim.NONE);
        row(table, "publish, tick, read, acknowledge", whole, bare, Aim.atLeast(40_000, "events/s"));
        return table;
    }

    private static void row(Table table, String title, Series series, Series bare, Aim aim) {
        table.row(
                title,
                Numbers.whole(series.rate()),
                Numbers.twoDigits(series.rateOf(bare)),
                aim.text(),
                aim.verdict(series.rate()),
                Numbers.oneDigit(series.median(Cost::postgresMicros)),
                Numbers.oneDigit(series.median(Cost::clientMicros)));
    }
}
