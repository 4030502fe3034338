package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
    @TempDir
    Path sources;

    @Test
    void committedBundleIsThatOfTheSources() throws IOException {
        Path real = Path.of("src");
        assertThat(Path.of("pgmb.sql"))
                .as("sql/pgmb.sql; to write it again, run in the project's root: " + Bundle.COMMAND)
                .hasContent(Bundle.of(real));
    }

    @Test
    void includesFilesInPlaceAndKeepsEveryOtherLine() throws IOException {
        write("pgmb.sql", "-- contents\n\\ir a/one.sql\n\n\\set x 1\n\\ir b/two.sql\n");
        write("a/one.sql", "select 1;\n");
        write("b/two.sql", "select 2;\n");
        assertThat(Bundle.of(sources)).isEqualTo("""
                        -- generated from src/pgmb.sql; do not edit
                        -- contents

                        -- a/one.sql
                        select 1;

                        \\set x 1

                        -- b/two.sql
                        select 2;
                        """);
    }

    @Test
    void endsEveryLineWithOneLineFeed() throws IOException {
        write("pgmb.sql", "\\ir one.sql\r\n\\ir two.sql");
        write("one.sql", "select 1;\r\nselect 1;");
        write("two.sql", "select 2;");
        assertThat(Bundle.of(sources)).doesNotContain("\r").endsWith("select 1;\nselect 1;\n\n-- two.sql\nselect 2;\n");
    }

    @Test
    void refusesAMissingFile() throws IOException {
        write("pgmb.sql", "\\ir a/absent.sql\n");
        assertThatThrownBy(() -> Bundle.of(sources)).hasMessageContaining("a/absent.sql, which does not exist");
    }

    @Test
    void refusesAFileIncludedTwice() throws IOException {
        write("pgmb.sql", "\\ir a/one.sql\n\\ir a/one.sql\n");
        write("a/one.sql", "select 1;\n");
        assertThatThrownBy(() -> Bundle.of(sources)).hasMessageContaining("a/one.sql twice");
    }

    @Test
    void refusesAForgottenFile() throws IOException {
        write("pgmb.sql", "-- nothing\n");
        write("a/forgotten.sql", "select 1;\n");
        assertThatThrownBy(() -> Bundle.of(sources)).hasMessageContaining("does not include a/forgotten.sql");
    }

    @Test
    void runsAMigrationOnlyOnTheVersionThatItLeadsOnFrom() throws IOException {
        write("src/pgmb.sql", "\\migrate 1.0.0-1.1.0\n");
        write("migrations/1.0.0-1.1.0.sql", "alter table a add b int;\n");
        assertThat(Bundle.of(sources.resolve("src")))
                .contains(
                        "if current_setting('pgmb.schema_found') = '1.0.0' then\n    execute $migration$\nalter table a add b int;\n",
                        "set_config('pgmb.schema_found', '1.1.0', true)");
    }

    @Test
    void refusesAForgottenMigration() throws IOException {
        write("src/pgmb.sql", "-- nothing\n");
        write("migrations/1.0.0-1.1.0.sql", "select 1;\n");
        assertThatThrownBy(() -> Bundle.of(sources.resolve("src")))
                .hasMessageContaining("does not include migrations/1.0.0-1.1.0.sql");
    }

    @Test
    void refusesAMigrationWithoutItsVersions() throws IOException {
        write("src/pgmb.sql", "\\migrate 1.0.0\n");
        assertThatThrownBy(() -> Bundle.of(sources.resolve("src"))).hasMessageContaining("not <from>-<to>");
    }

    private void write(String name, String content) throws IOException {
        Path file = sources.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
