package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.load.Outcome;
import io.github.pgmb.bench.load.ThreadRole;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Table;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;

/** What the steps of one round cost, on the server and in the JVM. */
final class Stages {

    /** A connection that has become idle reports its statistics after ten seconds at the latest. */
    private static final long STATISTICS_MS = 11_000;

    private static final double LEAST_SHARE = 0.002;

    private final Database database;
    private final Map<String, FunctionTime> before;

    /** To be made before the round. */
    Stages(Database database) throws InterruptedException {
        this.database = database;
        Thread.sleep(STATISTICS_MS);
        this.before = database.functions();
    }

    Table table(Outcome outcome) throws InterruptedException {
        Thread.sleep(STATISTICS_MS);
        var table = new Table("step", "calls", "ms/call", "µs/event", "share of the round");
        var known = Duration.ZERO;
        for (var role : ThreadRole.values()) {
            var used = outcome.threads().getOrDefault(role, Duration.ZERO);
            known = known.plus(used);
            processor(table, outcome, "JVM processor: " + name(role), used);
        }
        processor(
                table,
                outcome,
                "JVM processor: garbage collector, compiler, all else",
                outcome.jvm().minus(known));
        processor(table, outcome, "PostgreSQL processor: all processes", outcome.postgres());
        functions(table, outcome);
        return table;
    }

    private static String name(ThreadRole role) {
        return switch (role) {
            case PUBLISHER -> "publishers";
            case TICKER -> "ticker";
            case HANDLER -> "reading, handling, acknowledging";
        };
    }

    private static void processor(Table table, Outcome outcome, String name, Duration used) {
        table.row(name, "", "", Numbers.twoDigits(outcome.microsPerEvent(used)), Numbers.percent(outcome.cores(used)));
    }

    private void functions(Table table, Outcome outcome) {
        var wholeMs = (double) outcome.whole().toMillis();
        database.functions().entrySet().stream()
                .map(now -> Map.entry(
                        now.getKey(), now.getValue().since(before.getOrDefault(now.getKey(), FunctionTime.NONE))))
                .filter(function -> function.getValue().totalMs() > wholeMs * LEAST_SHARE)
                .sorted(Comparator.comparingDouble(
                        function -> -function.getValue().totalMs()))
                .forEach(function -> {
                    var time = function.getValue();
                    table.row(
                            "server, elapsed: pgmb." + function.getKey(),
                            Numbers.whole((double) time.calls()),
                            Numbers.twoDigits(time.msPerCall()),
                            Numbers.twoDigits(time.totalMs() * 1000 / outcome.events()),
                            Numbers.percent(time.totalMs() / wholeMs));
                });
    }
}
