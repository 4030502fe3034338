package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.LongForm;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that only know the contract: one of them reads a group, and another one takes over where it stopped. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
@Timeout(60)
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
    void ofManyThatReadAtOnceOneDoes() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Pgmb> readers = new ArrayList<>();
        try {
            List<Callable<List<String>>> reading = new ArrayList<>();
            for (int n = 0; n < 8; n++) {
                Pgmb reader = server.owner();
                readers.add(reader);
                reading.add(() -> read(reader, null, 9).topics());
            }
            List<List<String>> received = new ArrayList<>();
            for (Future<List<String>> result : threads.invokeAll(reading)) {
                received.add(result.get());
            }
            assertThat(received).filteredOn(topics -> !topics.isEmpty()).containsExactly(List.of("1", "2", "3"));
        } finally {
            threads.shutdownNow();
            for (Pgmb reader : readers) {
                reader.close();
            }
        }
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

    /** Nor does one that reads in a long transaction keep the other from the group that it does not read. */
    @Test
    void sessionsOfOneReaderDoNotWaitForEachOther() throws SQLException {
        a.run("insert into pgmb.subscription_groups (id) values ('other')");
        for (Pgmb session : List.of(a, b)) {
            session.run("set pgmb.reader_id = 'one'; set lock_timeout = '2s'");
        }
        a.begin();
        Read read = read(a, null, 1);
        assertThat(read(b, null, 9).topics()).isEmpty();
        b.rows("select * from pgmb.read_next_events('other')");
        a.commit();
        assertThat(read(b, read.cursor(), 9).topics()).containsExactly("2", "3");
    }

    @Test
    void sessionsOfOneReaderStoreOneAfterTheOther() throws Exception {
        a.run("set pgmb.reader_id = 'one'");
        b.run("set pgmb.reader_id = 'one'");
        Read first = read(a, null, 1);
        Read second = read(b, first.cursor(), 1);
        int waiting = b.backendPid();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            a.begin();
            set(a, first.cursor(), false);
            Future<?> storing = thread.submit(() -> {
                set(b, second.cursor(), false);
                return "done";
            });
            a.awaitBlocked(waiting);
            a.commit();
            storing.get();
        } finally {
            thread.shutdownNow();
        }
        assertThat(a.position(GROUP)).isEqualTo(2);
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
                "cu" + epoch + "ffffffffffffffff",
                "cuffffff0000000000000000")) {
            assertRefused(() -> read(a, cursor, 9));
            assertRefused(() -> set(a, cursor, false));
            assertRefused(() -> read(b, cursor, 9));
            assertRefused(() -> set(b, cursor, false));
        }
        a.rows("select pgmb.release_group_lock(?)", GROUP);
        for (String cursor : List.of("cu" + epoch + "0000000000000001", "cuffffff0000000000000000")) {
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

    @Test
    void aReadingThatWasRolledBackTookNothing() throws SQLException {
        a.begin();
        Read read = read(a, null, 9);
        a.rollback();
        assertRefused(() -> read(a, read.cursor(), 9));
        assertRefused(() -> set(a, read.cursor(), false));
        assertThat(read(b, null, 9).topics()).hasSize(3);
        assertRefused(() -> set(a, read.cursor(), false));
        assertThat(read(a, null, 9).topics()).isEmpty();
    }

    @Test
    void anOldSnapshotStoresNothingOverAnotherReader() throws SQLException {
        Read read = read(a, null, 1);
        a.begin(Session.REPEATABLE_READ);
        a.rows("select 1");
        silentForAMinute(b, a.text("select pgmb.reader()"));
        set(b, read(b, null, 2).cursor(), false);
        assertFails("40001", () -> set(a, read.cursor(), false));
        a.rollback();
        assertThat(a.position(GROUP)).isEqualTo(2);
    }

    /** Its snapshot shows a lease that had expired then. */
    @Test
    void anOldSnapshotDoesNotReplaceAReaderThatIsBack() throws SQLException {
        Read read = read(a, null, 1);
        silentForAMinute(a);
        b.begin(Session.REPEATABLE_READ);
        b.rows("select 1");
        assertThat(read(a, read.cursor(), 1).topics()).containsExactly("2");
        assertFails("40001", () -> read(b, null, 1));
        b.rollback();
        assertThat(read(a, read.cursor(), 1).topics()).containsExactly("2");
    }

    /** Frozen between two statements, it would keep the group for ever. */
    @Test
    void whoSleepsInTheTransactionThatTookTheGroupIsCutOff() throws Exception {
        a.run("set pgmb.reader_lease = '300 ms'");
        a.begin();
        assertThat(read(a, null, 1).topics()).containsExactly("1");
        assertThat(read(b, null, 1).topics()).isEmpty();
        awaitReading(b);
        assertThatThrownBy(() -> a.commit()).isInstanceOf(SQLException.class);
    }

    @Test
    void whoSleepsAfterItHasStoredNothingNewIsCutOff() throws Exception {
        a.run("set pgmb.reader_lease = '300 ms'");
        Read read = read(a, null, 1);
        set(a, read.cursor(), false);
        a.begin();
        set(a, read.cursor(), false);
        awaitReading(b);
    }

    @Test
    void whoSleepsAfterItHasReleasedIsCutOff() throws Exception {
        a.run("set pgmb.reader_lease = '300 ms'");
        read(a, null, 1);
        a.begin();
        a.rows("select pgmb.release_group_lock(?)", GROUP);
        awaitReading(b);
    }

    @Test
    void aShorterLimitOfTheCallerStays() throws SQLException {
        for (String limit : List.of("100ms", "2s")) {
            a.begin();
            a.run("set local idle_in_transaction_session_timeout = '" + limit + "'");
            read(a, null, 1);
            assertThat(a.text("show idle_in_transaction_session_timeout")).isEqualTo(limit);
            a.rollback();
        }
        for (String limit : List.of("0", "1h")) {
            a.begin();
            a.run("set local idle_in_transaction_session_timeout = '" + limit + "'");
            read(a, null, 1);
            assertThat(a.text("show idle_in_transaction_session_timeout")).isEqualTo("30s");
            a.rollback();
        }
        a.run("set pgmb.reader_lease = '1 year'");
        a.begin();
        read(a, null, 1);
        assertThat(a.text("show idle_in_transaction_session_timeout")).isEqualTo("2147483647ms");
        a.rollback();
    }

    @Test
    void aReaderThatHasBeenForgottenStoresNothing() throws SQLException {
        Read read = read(a, null, 1);
        a.run("delete from pgmb.nodes");
        assertRefused(() -> set(a, read.cursor(), false));
        assertRefused(() -> read(a, read.cursor(), 1));
        assertThat(a.position(GROUP)).isZero();
        assertThat(read(a, null, 1).topics()).containsExactly("1");
    }

    @Test
    void peekingWritesNothing() throws SQLException {
        a.begin();
        a.run("set transaction read only");
        assertThat(peek(a)).hasSize(3);
        a.rollback();
    }

    private static final int BACKLOG = LongForm.or(60_000, 200_000);

    @Test
    void aBigBacklogIsReadInChunksInItsOrder() throws SQLException {
        set(a, read(a, null, 9).cursor(), false);
        a.publishNumbered("n", BACKLOG);
        a.dispatch();
        a.run("set statement_timeout = '15s'");
        String cursor = null;
        int read = 0;
        for (int chunks = 1; read < BACKLOG; chunks++) {
            List<List<String>> rows = a.rows(
                    "select payload->>'n', next_cursor from pgmb.read_next_events(?, ?::pgmb.event_id)", GROUP, cursor);
            assertThat(rows).hasSizeLessThanOrEqualTo(50_000).isNotEmpty();
            for (List<String> row : rows) {
                assertThat(Integer.parseInt(row.get(0))).isEqualTo(++read);
            }
            cursor = rows.get(0).get(1);
            assertThat(chunks).isLessThanOrEqualTo(4);
        }
        assertThat(read(a, cursor, 1).topics()).isEmpty();
        set(a, cursor, false);
        assertThat(a.position(GROUP)).isEqualTo(3 + BACKLOG);
    }

    private static void awaitReading(Pgmb session) throws Exception {
        while (read(session, null, 1).topics().isEmpty()) {
            Thread.sleep(20);
        }
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
        silentForAMinute(reader, reader.text("select pgmb.reader()"));
    }

    private static void silentForAMinute(Pgmb session, String reader) throws SQLException {
        session.run(
                "update pgmb.nodes set renewed_at = clock_timestamp() - interval '1 minute' where node = ?", reader);
    }

    private interface Call {
        void run() throws SQLException;
    }

    private static void assertRefused(Call call) {
        assertFails("PM010", call);
    }

    private static void assertFails(String sqlState, Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
    }
}
