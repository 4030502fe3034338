package io.github.pgmb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each code is explained in {@code docs/errors.md} and provoked by a test; each line of the log begins with one. */
class ErrorCatalogueTest {

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern CODE = Pattern.compile("PGMB-\\d{4}");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (PGMB-\\d{4}) \\| (.+?) \\|(.*)\\|$");
    private static final Pattern LOGGED = Pattern.compile("(?s)\\b(?:LOG|LOGGER|logger)\\s*\\.log\\((.*?);\\n");
    /** Names of variables that hold a text that begins with a code. */
    private static final Pattern CODED = Pattern.compile(
            "PGMB-|SettingError\\.|Level\\.\\w+,\\s+(String.valueOf\\(noThreadNow|message|outage|fenced\\.getMessage\\(\\))");

    @Test
    void the_codes_of_the_library_are_those_of_the_catalogue() throws IOException {
        assertThat(codes(sources("pgmb-cdi/src/main"))).isEqualTo(new TreeSet<>(documented()));
    }

    @Test
    void no_code_has_two_meanings() throws IOException {
        assertThat(documented()).doesNotHaveDuplicates().isSorted();
    }

    @Test
    void each_code_is_provoked_by_a_test() throws IOException {
        var provoked = codes(Stream.concat(sources("pgmb-cdi/src/test"), sources("src-it")));
        assertThat(provoked).containsAll(documented());
    }

    @Test
    void each_line_of_the_log_begins_with_a_code() throws IOException {
        assertThat(sources("pgmb-cdi/src/main").flatMap(ErrorCatalogueTest::logged))
                .isNotEmpty()
                .allSatisfy(call -> assertThat(call).containsPattern(CODED));
    }

    private static List<String> documented() throws IOException {
        return ROW.matcher(Files.readString(PROJECT.resolve("docs/errors.md")))
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    private static Set<String> codes(Stream<String> texts) {
        var codes = new TreeSet<String>();
        texts.forEach(
                text -> CODE.matcher(text).results().map(MatchResult::group).forEach(codes::add));
        return codes;
    }

    private static Stream<String> logged(String source) {
        return LOGGED.matcher(source).results().map(call -> call.group(1));
    }

    private static Stream<String> sources(String folder) throws IOException {
        try (var files = Files.walk(PROJECT.resolve(folder))) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("ErrorCatalogueTest.java"))
                    .map(ErrorCatalogueTest::read)
                    .toList()
                    .stream();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
