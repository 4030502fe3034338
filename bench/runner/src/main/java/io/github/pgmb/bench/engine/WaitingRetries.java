package io.github.pgmb.bench.engine;

import io.github.pgmb.bench.measure.Cluster;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Effort;
import io.github.pgmb.bench.measure.Measurement;
import io.github.pgmb.bench.measure.Series;
import io.github.pgmb.bench.report.Aim;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What retries that are not due cost everything else, with one group to which all of them belong. */
final class WaitingRetries implements Measurement {

    private static final int WAITING = 100_000;
    private static final Aim AIM = Aim.atMost(1.2, "×");

    /** A step, and so many of it in a round. */
    private record Line(String title, int times, Step step, Series without, Series with) {

        Line(String title, int times, Step step) {
            this(title, times, step, new Series(), new Series());
        }

        /** They take turns, so that what disturbs the machine disturbs both. */
        void play(OwnerOfGroup none, OwnerOfGroup many) throws Exception {
            var costs = new ArrayList<Cost>(List.of(step.on(none), step.on(many)));
            for (var n = 1; n < times; n++) {
                costs.set(0, costs.get(0).plus(step.on(none)));
                costs.set(1, costs.get(1).plus(step.on(many)));
            }
            without.add(costs.get(0));
            with.add(costs.get(1));
        }

        void forgetWarmUp() {
            without.forgetWarmUp();
            with.forgetWarmUp();
        }
    }

    @FunctionalInterface
    private interface Step {
        Cost on(OwnerOfGroup owner) throws Exception;
    }

    @Override
    public Section measure(Cluster cluster, Effort effort, Consumer<String> progress) throws Exception {
        var waiting = effort.count(WAITING);
        var lines = List.of(
                new Line("tick, idle", 50, owner -> owner.tick(0)),
                new Line("tick, 100 events", 20, owner -> owner.tick(100)),
                new Line("tick, 1,000 events", 10, owner -> owner.tick(1_000)),
                new Line("a chunk of 1,000 events read", 10, OwnerOfGroup::readChunk),
                new Line("heartbeat's status of the group", 50, OwnerOfGroup::status),
                new Line("an event acknowledged", 50, OwnerOfGroup::acknowledge),
                new Line("a failed event set aside", 30, OwnerOfGroup::setAside),
                new Line("a due retry read and settled", 30, OwnerOfGroup::settle),
                new Line("maintenance with nothing to do", 2, OwnerOfGroup::maintain));
        try (var without = cluster.store("retries_none");
                var with = cluster.store("retries_many");
                var none = new OwnerOfGroup(without);
                var many = new OwnerOfGroup(with)) {
            many.keepWaiting(waiting);
            for (var round = 0; round <= effort.rounds(); round++) {
                progress.accept("retries, round " + round);
                for (var line : lines) {
                    line.play(none, many);
                }
                if (round == 0) {
                    lines.forEach(Line::forgetWarmUp);
                }
            }
            return new Section(
                    Numbers.whole(waiting) + " retries that are not due",
                    table(lines),
                    List.of("synchronous_commit off, one connection, fsync " + without.ask("show fsync")
                            + ", PostgreSQL " + without.ask("show server_version")));
        }
    }

    private static Table table(List<Line> lines) {
        var table = new Table(
                "step", "ms without", "ms with", "ratio", "aim", "", "PostgreSQL µs without", "PostgreSQL µs with");
        for (var line : lines) {
            var ratio = line.with().timesOf(line.without());
            table.row(
                    line.title(),
                    Numbers.twoDigits(line.without().median(WaitingRetries::millis)),
                    Numbers.twoDigits(line.with().median(WaitingRetries::millis)),
                    Numbers.twoDigits(ratio),
                    AIM.text(),
                    AIM.verdict(ratio),
                    Numbers.whole(line.without().median(Cost::postgresMicros)),
                    Numbers.whole(line.with().median(Cost::postgresMicros)));
        }
        return table;
    }

    private static double millis(Cost cost) {
        return 1000 / cost.rate();
    }
}
