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

/**
 * Flattens the manifest {@code src/pgmb.sql} into one script: its {@code \ir} lines include files, its {@code \migrate} lines
 * migrations, which run only on the version that they lead on from.
 */
final class Bundle {
    /** Run from the project's root, rewrites the committed bundle. */
    static final String COMMAND = "java sql/test/java/io/github/pgmb/sql/Bundle.java";

    private static final String HEADER = "-- generated from src/pgmb.sql; do not edit\n";
    private static final String INCLUDE = "\\ir ";
    private static final String MIGRATE = "\\migrate ";
    private static final String GUARDED = """
            do $migrate$
            begin
              if current_setting('pgmb.schema_found') = '%s' then
                execute $migration$
            %s$migration$;
                perform set_config('pgmb.schema_found', '%s', true);
              end if;
            end
            $migrate$;
            """;

    private final Path sources;
    private final Path migrations;
    private final Set<String> included = new LinkedHashSet<>();

    private Bundle(Path sources) {
        this.sources = sources;
        this.migrations = sources.resolveSibling("migrations");
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
     *     folder, or in the folder {@code migrations} beside it, is not included
     */
    static String of(Path sources) throws IOException {
        return new Bundle(sources).flatten();
    }

    private String flatten() throws IOException {
        StringBuilder bundle = new StringBuilder(HEADER);
        for (String line : read(sources.resolve("pgmb.sql")).lines().toList()) {
            bundle.append(flattened(line));
        }
        refuseForgottenFiles(sources, "");
        if (Files.isDirectory(migrations)) {
            refuseForgottenFiles(migrations, "migrations/");
        }
        return bundle.toString();
    }

    private String flattened(String line) throws IOException {
        if (line.startsWith(INCLUDE)) {
            String file = line.substring(INCLUDE.length()).strip();
            return "\n-- " + file + "\n" + include(sources.resolve(file), file);
        }
        if (line.startsWith(MIGRATE)) {
            return migrate(line.substring(MIGRATE.length()).strip());
        }
        return line + "\n";
    }

    private String migrate(String name) throws IOException {
        String[] versions = name.split("-", -1);
        if (versions.length != 2) {
            throw new IllegalArgumentException("src/pgmb.sql has a migration " + name + ", which is not <from>-<to>");
        }
        String file = "migrations/" + name + ".sql";
        String delta = include(migrations.resolve(name + ".sql"), file);
        return "\n-- " + file + "\n" + GUARDED.formatted(versions[0], delta, versions[1]);
    }

    private String include(Path path, String file) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw new IllegalArgumentException("src/pgmb.sql includes " + file + ", which does not exist");
        }
        if (!included.add(file)) {
            throw new IllegalArgumentException("src/pgmb.sql includes " + file + " twice");
        }
        return read(path);
    }

    private void refuseForgottenFiles(Path folder, String prefix) throws IOException {
        Set<String> forgotten = new TreeSet<>();
        for (String file : sqlFiles(folder)) {
            forgotten.add(prefix + file);
        }
        forgotten.removeAll(included);
        forgotten.remove("pgmb.sql");
        if (!forgotten.isEmpty()) {
            throw new IllegalArgumentException("src/pgmb.sql does not include " + String.join(", ", forgotten));
        }
    }

    private static List<String> sqlFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .filter(file -> file.endsWith(".sql"))
                    .toList();
        }
    }

    /** With LF line ends, also at the end, on every system. */
    private static String read(Path path) throws IOException {
        return Files.readString(path, StandardCharsets.UTF_8).lines().collect(Collectors.joining("\n", "", "\n"));
    }
}
