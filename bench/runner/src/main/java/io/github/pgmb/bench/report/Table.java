package io.github.pgmb.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows under a heading, as markdown that can also be read as it is: the first column left, all others right-aligned. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... heading) {
        rows.add(List.of(heading));
    }

    public Table row(String... cells) {
        if (cells.length != rows.get(0).size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells below a heading of " + rows.get(0).size());
        }
        rows.add(List.of(cells));
        return this;
    }

    public String markdown() {
        var widths = IntStream.range(0, rows.get(0).size()).map(this::width).toArray();
        var lines = new ArrayList<String>();
        for (var row : rows) {
            lines.add(line(row, widths));
            if (lines.size() == 1) {
                lines.add(rule(widths));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String line(List<String> row, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> padded(row.get(column), widths[column], column > 0))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String padded(String cell, int width, boolean right) {
        var padding = " ".repeat(width - cell.length());
        return right ? padding + cell : cell + padding;
    }

    private static String rule(int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> column == 0 ? "-".repeat(widths[column] + 2) : "-".repeat(widths[column] + 1) + ":")
                .collect(Collectors.joining("|", "|", "|"));
    }
}
