package io.github.pgmb.bench.report;

import java.util.List;

/** A part of the result. */
public record Section(String title, Table table, List<String> notes) {

    public String markdown() {
        var text = new StringBuilder("## " + title + "\n\n" + table.markdown());
        notes.forEach(note -> text.append('\n').append("- ").append(note));
        return text.append(notes.isEmpty() ? "" : "\n").append('\n').toString();
    }
}
