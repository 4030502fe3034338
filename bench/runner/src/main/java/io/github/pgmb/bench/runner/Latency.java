package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.load.Percentiles;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import java.util.List;

/** From publishing a single event to its handler, on an idle system with all defaults. */
final class Latency {

    private static final String AIM = "p50 <= 5 ms, p99 <= 25 ms";

    private final Server server;
    private final int pings;

    Latency(Server server, int pings) {
        this.server = server;
        this.pings = pings;
    }

    Section measure() {
        // The same once more: what has been compiled and cached then is what runs all day.
        measured();
        var lines = measured().lines().map(line -> line.split(" ", 2)).toList();
        var table = new Table("ms, from", "p50", "p90", "p99", "max");
        row(table, "the commit's return to the handler", column(lines, 1));
        row(table, "before the call to the handler", column(lines, 0));
        return new Section(
                "Latency: commit to handler, same node, idle, all defaults",
                table,
                List.of(
                        "aim: " + AIM,
                        pings + " single events at random gaps of 20 to 100 ms, after as many unmeasured"));
    }

    private String measured() {
        return server.ask("latency?events=" + pings);
    }

    private static Percentiles column(List<String[]> lines, int column) {
        return Percentiles.of(
                lines.stream().mapToLong(line -> Long.parseLong(line[column])).toArray());
    }

    private static void row(Table table, String name, Percentiles nanos) {
        table.row(
                name,
                Numbers.millis(nanos.at(50)),
                Numbers.millis(nanos.at(90)),
                Numbers.millis(nanos.at(99)),
                Numbers.millis(nanos.max()));
    }
}
