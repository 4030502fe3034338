package io.github.pgmb.sample.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The server's output. */
record ServerLog(Path file) {

    private static final int TAIL_LINES = 40;
    private static final int FAILURE_LINES = 25;
    private static final Pattern FAILURE =
            Pattern.compile("\\b(ERROR|FATAL|SEVERE)\\b|^\\s*Caused by: |\\bPGMB-\\d{4}");
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

    /** The lines that say why something failed; the last ones if there are none such. */
    String failure() {
        try {
            var lines = lines().filter(line -> FAILURE.matcher(line).find())
                    .distinct()
                    .limit(FAILURE_LINES)
                    .toList();
            return lines.isEmpty() ? tail() : " From " + file + ":\n\n" + String.join("\n", lines) + "\n";
        } catch (IOException e) {
            return " There is no log: " + e.getMessage();
        }
    }

    /** The last lines that say something, for people to whom nothing else is shown. */
    String tail() {
        try {
            var lines = lines().toList();
            var last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return " The end of " + file + ":\n\n" + String.join("\n", last) + "\n";
        } catch (IOException e) {
            return " There is no log: " + e.getMessage();
        }
    }

    /** Without those of stacks. */
    private Stream<String> lines() throws IOException {
        return COLOUR.matcher(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
                .replaceAll("")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("\tat "));
    }
}
