package io.github.pgmb.sql;

import static java.util.Map.entry;
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

    private static final Map<String, Fault> FAULTS = new TreeMap<>(Map.ofEntries(
            entry("PM001", pgmb -> pgmb.text("select pgmb.create_event_id(now(), -1)")),
            entry("PM002", pgmb -> pgmb.subscribe("group", "nonsense")),
            entry("PM003", pgmb -> pgmb.read("nobody", new Ownership(1, 1, 0), 0, 1)),
            entry("PM004", pgmb -> pgmb.run(content(Path.of("src", "schema", "lock.sql")))),
            entry(
                    "PM005",
                    pgmb -> installAfter(pgmb, "alter table pgmb.dispatcher rename to something_else", Pgmb.script())),
            entry("PM006", pgmb -> installAfter(pgmb, VERSION.formatted("99.0.0"), Pgmb.script())),
            entry(
                    "PM007",
                    pgmb -> installAfter(
                            pgmb,
                            VERSION.formatted("0.1.0") + "; select pgmb.register_node('old', '1 hour')",
                            Pgmb.script().replaceFirst("oldest_client = '[\\d.]+'", "oldest_client = '0.2.0'"))),
            entry("PM008", pgmb -> installAfter(pgmb, VERSION.formatted("0.0.1"), Pgmb.script())),
            entry("PM010", pgmb -> pgmb.text("select pgmb.set_group_cursor('group', 'cu', false)")),
            entry("PM014", pgmb -> pgmb.text("select pgmb.release_quarantine('su')")),
            entry("PM015", SqlStatesTest::replayInQuarantine),
            entry("PM016", pgmb -> pgmb.text("select pgmb.redrive_dead_letters('group', per_second => 0)")),
            entry("PM017", SqlStatesTest::readOnAfterALoss),
            entry("PM018", pgmb -> pgmb.configure("use_pg_cron", "true")),
            entry("PM019", SqlStatesTest::grantWithoutOwning),
            entry("PM020", pgmb -> pgmb.run("select pgmb.push_table_mutations('pgmb.events')"))));

    private static void replayInQuarantine(Pgmb pgmb) throws SQLException {
        String subscription = pgmb.subscribe("quarantined", "e.topic = 'a'");
        pgmb.run(
                "insert into pgmb.quarantines select no, 'failures', '', 1, 0 from pgmb.subscriptions where id = ?",
                subscription);
        pgmb.replay(subscription, pgmb.text("select pgmb.create_event_id(now(), 0)"));
    }

    private static void readOnAfterALoss(Pgmb pgmb) throws SQLException {
        pgmb.run("insert into pgmb.subscription_groups (id) values ('lost')");
        pgmb.run(
                "insert into pgmb.dropped_deliveries select no, 0, 1, id from pgmb.subscription_groups where id = 'lost'");
        pgmb.run("select from pgmb.read_next_events('lost', 'cu')");
    }

    private static void grantWithoutOwning(Pgmb pgmb) throws SQLException {
        String owner = pgmb.text("select current_user");
        try (Pgmb superuser = new Pgmb(db.superuser())) {
            superuser.run("alter schema pgmb owner to current_user; grant usage on schema pgmb to " + owner);
        }
        pgmb.text("select pgmb.grant_publish(?::regrole)", owner);
    }

    static {
        FAULTS.put("PM011", pgmb -> {
            String subscription = pgmb.subscribe("replaying", Pgmb.ALL);
            String before = pgmb.text("select pgmb.create_event_id(clock_timestamp(), 0)");
            pgmb.publish("a");
            pgmb.dispatch();
            pgmb.text("select id from pgmb.replay_events('replaying', ?, ?, 0)", subscription, before);
        });
        FAULTS.put(
                "PM012",
                pgmb -> pgmb.run("update pgmb.replay_window set after_tick = 9000000000;"
                        + " select pgmb.move_group('replaying', max(id)) from pgmb.events"));
        FAULTS.put("PM013", pgmb -> pgmb.text("select pgmb.move_group('nobody', 'pm')"));
    }

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
