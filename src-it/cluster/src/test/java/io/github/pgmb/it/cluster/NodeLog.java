package io.github.pgmb.it.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a server printed, over all its lives. */
record NodeLog(Path file) {

    private static final int TAIL_LINES = 40;
    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final Pattern RECORD = Pattern.compile("^\\[\\d{4}-\\d\\d-\\d\\dT.*");
    private static final Pattern OF_BROKER = Pattern.compile(".*\\[io\\.github\\.pgmb(?!\\.sample)[^\\]]*].*");

    /** To be given to {@link #ofBroker}. */
    int lines() {
        return all().size();
    }

    /** All lines of the broker's records since then, those of stack traces too. */
    List<String> ofBroker(int since) {
        var found = new ArrayList<String>();
        var ours = false;
        for (var line : all().stream().skip(since).toList()) {
            if (RECORD.matcher(line).matches()) {
                ours = OF_BROKER.matcher(line).matches();
            }
            if (ours) {
                found.add(line);
            }
        }
        return found;
    }

    /** The last lines, without those of stack traces. */
    String tail() {
        var lines = all().stream().filter(line -> !line.startsWith("\tat ")).toList();
        return "The end of " + file + ":\n  "
                + String.join("\n  ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private List<String> all() {
        try {
            return COLOUR.matcher(new String(Files.readAllBytes(file), StandardCharsets.UTF_8))
                    .replaceAll("")
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
