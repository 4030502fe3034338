package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that only know the contract: one of them reads a group, and another one takes over where it stopped. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
class ReadersTest {
    private static final String GROUP = "group";

    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb a;
    private Pgmb b;

    private record Read(List<String> topics, String cursor) {}

    @BeforeParameterizedClassInvocation
    static void startServer(String release) throws SQLException {
        server = new PlainServer(release);
        try (Pgmb owner = server.owner()) {
            owner.install();
        }
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void threeEvents() throws SQLException {
        a = server.owner();
        b = server.owner();
        assertThat(a.text("show server_version")).startsWith(release + ".");
        a.forgetEverything();
        a.run("insert into pgmb.subscription_groups (id) values (?) on conflict do nothing", GROUP);
        a.run(
                "insert into pgmb.subscriptions (group_id) values (?) on conflict (identity) do update"
                        + " set last_active_at = now()",
                GROUP);
        for (String topic : List.of("1", "2", "3")) {
            a.run("insert into pgmb.events (topic, payload) values (?, '{}')", topic);
        }
        assertThat(a.number("select pgmb.poll_for_events()")).isEqualTo(3);
    }

    @AfterEach
    void disconnect() throws SQLException {
        a.close();
        b.close();
    }

    @Test
    void readsOnAfterItsCursor() throws SQLException {
        Read first = read(a, null, 2);
        assertThat(first.topics()).containsExactly("1", "2");
        assertThat(first.cursor()).matches("cu[0-9a-f]{22}");
        Read second = read(a, first.cursor(), 2);
        assertThat(second.topics()).containsExactly("3");
        assertThat(second.cursor()).isGreaterThan(first.cursor());
        assertThat(read(a, second.cursor(), 2).topics()).isEmpty();
    }

    @Test
    void whatWasReadAndNotStoredIsReadAgain() throws SQLException {
        read(a, null, 2);
        assertThat(a.position(GROUP)).isZero();
        assertThat(read(a, null, 2).topics()).containsExactly("1", "2");
    }

    @Test
    void storesAndNeverGoesBack() throws SQLException {
        Read first = read(a, null, 1);
        Read second = read(a, first.cursor(), 1);
        set(a, second.cursor(), false);
        assertThat(a.position(GROUP)).isEqualTo(2);
        set(a, first.cursor(), false);
        set(a, second.cursor(), false);
        assertThat(a.position(GROUP)).isEqualTo(2);
        assertThat(read(a, null, 9).topics()).containsExactly("3");
    }

    @Test
    void oneOfTwoReads() throws SQLException {
        read(a, null, 1);
        assertThat(read(b, null, 9).topics()).isEmpty();
        assertThat(read(a, null, 9).topics()).hasSize(3);
    }

    @Test
    void aReaderThatVanishedIsReplaced() throws SQLException {
        Read first = read(a, null, 1);
        set(a, first.cursor(), false);
        Read lost = read(a, first.cursor(), 1);
        silentForAMinute(a);
        Read taken = read(b, null, 9);
        assertThat(taken.topics()).containsExactly("2", "3");
        assertRefused(() -> read(a, lost.cursor(), 9));
        assertRefused(() -> set(a, lost.cursor(), false));
        assertThat(read(a, null, 9).topics()).isEmpty();
        assertThat(a.position(GROUP)).isEqualTo(1);
        set(b, taken.cursor(), true);
        assertThat(a.position(GROUP)).isEqualTo(3);
    }

    @Test
    void aCursorDoesNotTakeOver() throws SQLException {
        Read read = read(a, null, 1);
        silentForAMinute(a);
        assertRefused(() -> read(b, read.cursor(), 9));
        assertThat(read(a, read.cursor(), 9).topics()).containsExactly("2", "3");
    }

    @Test
    void readingRenewsTheLease() throws SQLException {
        Read read = read(a, null, 1);
        silentForAMinute(a);
        read(a, read.cursor(), 1);
        assertThat(read(b, null, 9).topics()).isEmpty();
    }

    @Test
    void theLeaseCanBeSet() throws Exception {
        a.run("set pgmb.reader_lease = '200 ms'");
        read(a, null, 1);
        assertThat(read(b, null, 9).topics()).isEmpty();
        Thread.sleep(300);
        assertThat(read(b, null, 9).topics()).hasSize(3);
    }

    @Test
    void whoReleasesIsReplacedAtOnce() throws SQLException {
        Read read = read(a, null, 1);
        set(a, read.cursor(), true);
        assertThat(read(b, null, 9).topics()).containsExactly("2", "3");
        a.rows("select pgmb.release_group_lock(?)", GROUP);
        assertThat(read(a, null, 9).topics()).isEmpty();
        b.rows("select pgmb.release_group_lock(?)", GROUP);
        assertThat(read(a, null, 9).topics()).containsExactly("2", "3");
        assertRefused(() -> set(a, read.cursor(), false));
    }

    @Test
    void peekingTakesNothing() throws SQLException {
        assertThat(peek(a)).hasSize(3);
        assertThat(read(b, null, 1).topics()).hasSize(1);
        assertThat(peek(a)).hasSize(3);
        assertThat(a.text("select owner from pgmb.group_status")).isEqualTo(b.text("select pgmb.reader()"));
    }

    @Test
    void severalConnectionsMayBeOneReader() throws SQLException {
        a.run("set pgmb.reader_id = 'one'");
        b.run("set pgmb.reader_id = 'one'");
        Read read = read(a, null, 1);
        assertThat(read(b, read.cursor(), 9).topics()).containsExactly("2", "3");
        set(b, read.cursor(), false);
        b.run("set pgmb.reader_id = 'two'");
        assertThat(read(b, null, 9).topics()).isEmpty();
    }

    @Test
    void nodesAndReadersExcludeEachOther() throws SQLException {
        Pgmb.Ownership owned = a.own("node", GROUP);
        assertThat(read(b, null, 9).topics()).isEmpty();
        a.handOver("node", owned);
        Read read = read(b, null, 1);
        assertThat(a.takeOver("node")).isEmpty();
        silentForAMinute(b);
        assertThat(a.takeOver("node")).hasSize(1);
        assertRefused(() -> set(b, read.cursor(), false));
        assertThat(read(b, null, 9).topics()).isEmpty();
    }

    @Test
    void whatIsNoCursorOfTheGroupIsRefused() throws SQLException {
        read(a, null, 1);
        String epoch = a.text("select lpad(to_hex(epoch), 6, '0') from pgmb.group_owner");
        for (String cursor : List.of(
                "",
                "cu",
                "pm0000000000000000000001",
                "cu" + epoch + "0000000000000004",
                "cu" + epoch + "ffffffffffffffff")) {
            assertRefused(() -> read(a, cursor, 9));
            assertRefused(() -> set(a, cursor, false));
        }
        assertThat(a.position(GROUP)).isZero();
    }

    @Test
    void aGroupThatDoesNotExistHasNothing() throws SQLException {
        assertThat(a.rows("select * from pgmb.read_next_events('nothing')")).isEmpty();
        a.rows("select pgmb.release_group_lock('nothing')");
    }

    @Test
    void theReaderMayReadInALongTransaction() throws SQLException {
        a.begin(Session.REPEATABLE_READ);
        Read read = read(a, null, 9);
        set(a, read.cursor(), true);
        assertThat(read(b, null, 9).topics()).isEmpty();
        a.rollback();
        assertThat(read(b, null, 9).topics()).hasSize(3);
    }

    private static Read read(Pgmb session, String cursor, int atMost) throws SQLException {
        List<List<String>> rows = session.rows(
                "select topic, next_cursor from pgmb.read_next_events(?, ?::pgmb.event_id, ?)", GROUP, cursor, atMost);
        assertThat(rows.stream().map(row -> row.get(1)).distinct()).hasSizeLessThan(2);
        return new Read(
                rows.stream().map(row -> row.get(0)).toList(),
                rows.isEmpty() ? cursor : rows.get(0).get(1));
    }

    private static List<String> peek(Pgmb session) throws SQLException {
        return session.column("select topic from pgmb.read_next_events(?, peek => true)", GROUP);
    }

    private static void set(Pgmb session, String cursor, boolean release) throws SQLException {
        session.rows("select pgmb.set_group_cursor(?, ?::pgmb.event_id, ?)", GROUP, cursor, release);
    }

    private static void silentForAMinute(Pgmb reader) throws SQLException {
        reader.run(
                "update pgmb.nodes set renewed_at = clock_timestamp() - interval '1 minute' where node = pgmb.reader()");
    }

    private interface Call {
        void run() throws SQLException;
    }

    private static void assertRefused(Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM010"));
    }
}
