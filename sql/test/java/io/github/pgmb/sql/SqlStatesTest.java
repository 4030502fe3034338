package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.PSQLException;

/** Each SQLSTATE of the broker is listed in the readme, and raised by a test with the hint that stands there. */
class SqlStatesTest {
    private static final Pattern RAISED = Pattern.compile("errcode = '(PM\\d{3})'");
    private static final Pattern LISTED =
            Pattern.compile("^\\| `(PM\\d{3})` \\| [^|]+ \\| ([^|]+) \\|$", Pattern.MULTILINE);

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static final String VERSION = "update pgmb.config set value = '%s' where id = 'plugin_version'";

    private interface Fault {
        void commit(Pgmb pgmb) throws SQLException;
    }

    private static final Map<String, Fault> FAULTS = new TreeMap<>(Map.of(
            "PM001", pgmb -> pgmb.text("select pgmb.create_event_id(now(), -1)"),
            "PM002", pgmb -> pgmb.subscribe("group", "nonsense"),
            "PM003", pgmb -> pgmb.read("nobody", new Ownership(1, 1, 0), 0, 1),
            "PM004", pgmb -> pgmb.run(content(Path.of("src", "schema", "lock.sql"))),
            "PM005", pgmb -> installAfter(pgmb, "alter table pgmb.dispatcher rename to something_else", Pgmb.script()),
            "PM006", pgmb -> installAfter(pgmb, VERSION.formatted("99.0.0"), Pgmb.script()),
            "PM007",
                    pgmb -> installAfter(
                            pgmb,
                            VERSION.formatted("0.1.0") + "; select pgmb.register_node('old', '1 hour')",
                            Pgmb.script().replaceFirst("oldest_client = '[\\d.]+'", "oldest_client = '0.2.0'")),
            "PM008", pgmb -> installAfter(pgmb, VERSION.formatted("0.0.1"), Pgmb.script()),
            "PM014", pgmb -> pgmb.text("select pgmb.release_quarantine('su')"),
            "PM010", pgmb -> pgmb.text("select pgmb.set_group_cursor('group', 'cu', false)")));

    /** The failing installation rolls that back, too. */
    private static void installAfter(Pgmb pgmb, String change, String script) throws SQLException {
        pgmb.begin();
        pgmb.run(change);
        pgmb.install(script);
    }

    @Test
    void theSourcesRaiseWhatTheReadmeLists() throws IOException {
        assertThat(raised()).isEqualTo(listed().keySet());
    }

    @Test
    void eachIsProvokedAndHints() throws Exception {
        assertThat(raised()).isEqualTo(FAULTS.keySet());
        Pgmb pgmb = sessions.open();
        for (Map.Entry<String, Fault> fault : FAULTS.entrySet()) {
            PSQLException raised = provoke(pgmb, fault.getValue());
            assertThat(raised.getSQLState()).isEqualTo(fault.getKey());
            assertThat(listed().get(fault.getKey()))
                    .isEqualTo(raised.getServerErrorMessage().getHint());
        }
    }

    private static PSQLException provoke(Pgmb pgmb, Fault fault) throws SQLException {
        try {
            fault.commit(pgmb);
        } catch (PSQLException e) {
            return e;
        }
        throw new AssertionError("nothing was raised");
    }

    private static Set<String> raised() throws IOException {
        try (var files = Files.walk(Path.of("src"))) {
            return files.filter(Files::isRegularFile)
                    .map(SqlStatesTest::content)
                    .flatMap(content -> RAISED.matcher(content).results())
                    .map(match -> match.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Hints by their code. */
    private static Map<String, String> listed() {
        return LISTED.matcher(content(Path.of("README.md")))
                .results()
                .collect(Collectors.toMap(match -> match.group(1), match -> match.group(2), (a, b) -> a, TreeMap::new));
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
