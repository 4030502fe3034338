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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Inserts into the log against inserts into a bare table, the same payloads by the same statement. */
final class Publishing implements Measurement {

    private static final double LEAST_SHARE = 0.6;

    /** Of a round; so many events. */
    private record Shape(int batch, int connections, int events) {

        static List<Shape> all() {
            return List.of(1, 4, 16).stream()
                    .flatMap(connections -> List.of(
                            new Shape(1, connections, 5_000),
                            new Shape(10, connections, 20_000),
                            new Shape(100, connections, 40_000),
                            new Shape(1000, connections, 40_000))
                            .stream())
                    .toList();
        }

        Aim aim() {
            return batch == Store.BATCH ? Aim.atLeast(LEAST_SHARE, "of bare") : Aim.NONE;
        }
    }

    private record Both(Series bare, Series log) {}

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        Map<Shape, Both> measured = new LinkedHashMap<>();
        Shape.all().forEach(shape -> measured.put(shape, new Both(new Series(), new Series())));
        try (var store = cluster.store("publish")) {
            for (var round = 0; round <= effort.rounds(); round++) {
                progress.accept("publish, round " + round);
                for (var entry : measured.entrySet()) {
                    play(store, effort, entry.getKey(), entry.getValue());
                }
                if (round == 0) {
                    measured.values().forEach(both -> {
                        both.bare().forgetWarmUp();
                        both.log().forgetWarmUp();
                    });
                }
            }
        }
        return new Section("Publish: 1 KB events, rows/s", table(measured), List.of());
    }

    private static void play(Store store, Effort effort, Shape shape, Both both) throws Exception {
        var events = effort.events(shape.events());
        store.empty();
        both.bare().add(Publishers.publish(store, Store.BARE, events, shape.batch(), shape.connections()));
        both.log().add(Publishers.publish(store, Store.LOG, events, shape.batch(), shape.connections()));
    }

    private static Table table(Map<Shape, Both> measured) {
        var table = new Table(
                "batch",
                "connections",
                "bare table",
                "log",
                "of bare",
                "aim",
                "",
                "bare, PostgreSQL µs/event",
                "log, PostgreSQL µs/event");
        measured.forEach((shape, both) -> {
            var share = both.log().rateOf(both.bare());
            table.row(
                    Integer.toString(shape.batch()),
                    Integer.toString(shape.connections()),
                    Numbers.whole(both.bare().rate()),
                    Numbers.whole(both.log().rate()),
                    Numbers.twoDigits(share),
                    shape.aim().text(),
                    shape.aim().verdict(share),
                    Numbers.oneDigit(both.bare().median(Cost::postgresMicros)),
                    Numbers.oneDigit(both.log().median(Cost::postgresMicros)));
        });
        return table;
    }
}
