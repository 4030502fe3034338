package io.github.pgmb.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Flattens the manifest {@code src/pgmb.sql}, whose {@code \ir} lines include files, into one script. */
final class Bundle {
    /** Run from the project's root, rewrites the committed bundle. */
    static final String COMMAND = "java sql/test/java/io/github/pgmb/sql/Bundle.java";

    private static final String HEADER = "-- generated from src/pgmb.sql; do not edit\n";
    private static final String INCLUDE = "\\ir ";

    private final Path sources;
    private final Set<String> included = new LinkedHashSet<>();

    private Bundle(Path sources) {
        this.sources = sources;
    }

    public static void main(String[] arguments) throws IOException {
        Path bundle = Path.of("sql", "pgmb.sql");
        Files.writeString(bundle, of(Path.of("sql", "src")));
        System.out.println("Wrote " + bundle);
    }

    /**
     * The bundle of a folder with a manifest {@code pgmb.sql}.
     *
     * @throws IllegalArgumentException naming the file if an included one is missing or included twice, or if an SQL file below the
     *     folder is not included
     */
    static String of(Path sources) throws IOException {
        return new Bundle(sources).flatten();
    }

    private String flatten() throws IOException {
        StringBuilder bundle = new StringBuilder(HEADER);
        for (String line : read("pgmb.sql").lines().toList()) {
            bundle.append(line.startsWith(INCLUDE) ? include(line) : line + "\n");
        }
        refuseForgottenFiles();
        return bundle.toString();
    }

    private String include(String line) throws IOException {
        String file = line.substring(INCLUDE.length()).strip();
        if (!Files.isRegularFile(sources.resolve(file))) {
            throw new IllegalArgumentException("src/pgmb.sql includes " + file + ", which does not exist");
        }
        if (!included.add(file)) {
            throw new IllegalArgumentException("src/pgmb.sql includes " + file + " twice");
        }
        return "\n-- " + file + "\n" + read(file);
    }

    private void refuseForgottenFiles() throws IOException {
        Set<String> forgotten = new TreeSet<>(sqlFiles());
        forgotten.removeAll(included);
        forgotten.remove("pgmb.sql");
        if (!forgotten.isEmpty()) {
            throw new IllegalArgumentException("src/pgmb.sql does not include " + String.join(", ", forgotten));
        }
    }

    private List<String> sqlFiles() throws IOException {
        try (Stream<Path> files = Files.walk(sources)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> sources.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".sql"))
                    .toList();
        }
    }

    /** With LF line ends, also at the end, on every system. */
    private String read(String file) throws IOException {
        return Files.readString(sources.resolve(file), StandardCharsets.UTF_8)
                .lines()
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
