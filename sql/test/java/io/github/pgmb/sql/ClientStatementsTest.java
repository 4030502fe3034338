package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements that clients in other languages send, word for word. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
class ClientStatementsTest {
    private static final String GROUP = "a group whose id is longer than forty-eight characters";
    private static final String ASSERT_GROUP =
            "insert into pgmb.subscription_groups (id) values (?) on conflict do nothing";
    private static final String ASSERT_SUBSCRIPTION =
            "insert into pgmb.subscriptions as s (group_id, conditions_sql, params, expiry_interval)"
                    + " values (?, coalesce(?, 'TRUE'), coalesce(?::jsonb, '{}'), ?::interval)"
                    + " on conflict (identity) do update set expiry_interval = case"
                    + " when excluded.expiry_interval is null or s.expiry_interval is null then null"
                    + " else greatest(s.expiry_interval, excluded.expiry_interval) end, last_active_at = now() returning id";
    private static final String DELETE_EXPIRED = "delete from pgmb.subscriptions where expiry_interval is not null"
            + " and pgmb.add_interval_imm(last_active_at, expiry_interval) < now()";
    private static final String LONG_AGO = "update pgmb.subscriptions set last_active_at = now() - interval '1 hour'";
    private static final String EXPIRY = "select expiry_interval from pgmb.subscriptions where group_id = ?";

    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb pgmb;

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
    void connect() throws SQLException {
        pgmb = server.owner();
        assertThat(pgmb.text("show server_version")).startsWith(release + ".");
        pgmb.forgetEverything();
        pgmb.run(ASSERT_GROUP, GROUP);
        pgmb.run(ASSERT_GROUP, GROUP);
    }

    @AfterEach
    void disconnect() throws SQLException {
        pgmb.close();
    }

    @Test
    void publishesManyWithIdsInTheirOrder() throws SQLException {
        List<String> ids = pgmb.column(
                "insert into pgmb.events (topic, payload, metadata) select t, p, m"
                        + " from unnest(?::text[], ?::jsonb[], ?::jsonb[]) as u (t, p, m) returning id",
                "{a,b,c}",
                "{1,2,3}",
                "{null,\"{}\",null}");
        assertThat(ids).doesNotHaveDuplicates().isSorted();
        assertThat(pgmb.column(
                        "select topic from pgmb.events where id = any(?::pgmb.event_id[]) order by id",
                        "{" + String.join(",", ids) + "}"))
                .containsExactly("a", "b", "c");
    }

    @Test
    void publishesWithIdsOfItsOwn() throws SQLException {
        List<String> ids = pgmb.column(
                "insert into pgmb.events (id, topic, payload, metadata)"
                        + " select pgmb.create_event_id(coalesce(ts, clock_timestamp()), pgmb.create_random_bigint()), t, p, m"
                        + " from unnest(?::timestamptz[], ?::text[], ?::jsonb[], ?::jsonb[]) as u (ts, t, p, m) returning id",
                "{2020-01-01 00:00:00+00,2020-01-01 00:00:00+00,null}",
                "{a,b,c}",
                "{1,2,3}",
                "{null,null,null}");
        assertThat(ids).doesNotHaveDuplicates().isSorted();
        assertThat(pgmb.text("select pgmb.extract_date_from_event_id(?) = '2020-01-01 00:00:00+00'", ids.get(1)))
                .isEqualTo("t");
    }

    @Test
    void idsOfOneMomentDiffer() throws SQLException {
        assertThat(pgmb.column("select pgmb.create_event_id(now(), pgmb.create_random_bigint())"
                        + " from generate_series(1, 10000)"))
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    void publishesToOneSubscription() throws SQLException {
        String chosen = assertSubscription("e.topic = 'never'", null);
        assertSubscription("e.topic = 'neither'", null);
        String id = pgmb.text(
                "insert into pgmb.events (id, topic, payload, subscription_id) select"
                        + " pgmb.create_event_id(now() + ?::interval, pgmb.create_random_bigint()), 'pgmb-retry',"
                        + " jsonb_build_object('ids', ?::pgmb.event_id[], 'retryNumber', ?::int), ?::pgmb.subscription_id"
                        + " returning id",
                "0",
                "{pm0000000000000000000000}",
                1,
                chosen);
        pgmb.dispatch();
        assertThat(pgmb.deliveries(GROUP)).containsExactly(new Pgmb.Delivery(1, List.of(id), List.of(chosen)));
    }

    @Test
    void readsEventsById() throws SQLException {
        String first = pgmb.publish("first");
        pgmb.publish("other");
        String second = pgmb.publish("second");
        assertThat(pgmb.column(
                        "select topic from pgmb.read_events(?::pgmb.event_id[])",
                        "{" + String.join(",", second, first, second, "pm0000000000000000000000") + "}"))
                .containsExactly("first", "second");
        assertThat(pgmb.column("select topic from pgmb.read_events('{}')")).isEmpty();
        assertThat(pgmb.column("select topic from pgmb.read_events(null)")).isEmpty();
    }

    @Test
    void looksOnlyIntoThePartitionsOfTheIds() throws SQLException {
        pgmb.maintain(pgmb.text("select now() + interval '10 days'"));
        assertThat(pgmb.partitions("pgmb.events")).hasSizeGreaterThan(2);
        String id = pgmb.publish("a");
        // The counts of this session include what it did before.
        try (Pgmb reader = server.owner()) {
            reader.begin();
            reader.rows("select * from pgmb.read_events(array[?]::pgmb.event_id[])", id);
            assertThat(
                            reader.column(
                                    "select seq_scan + idx_scan from pg_stat_xact_user_tables"
                                            + " join pgmb.partitions('pgmb.events') p on p.partition = relid where seq_scan + idx_scan > 0"))
                    .containsExactly("1");
            reader.rollback();
        }
    }

    @Test
    void assertsASubscription() throws SQLException {
        String id = assertSubscription("e.topic = s.params->>'topic'", "1 hour");
        pgmb.run(LONG_AGO);
        assertThat(assertSubscription("e.topic = s.params->>'topic'", "2 hours"))
                .isEqualTo(id);
        assertThat(pgmb.rows(
                        "select expiry_interval, last_active_at > now() - interval '1 minute' from pgmb.subscriptions"))
                .containsExactly(List.of("02:00:00", "t"));
        assertThat(assertSubscription("e.topic = s.params->>'topic'", null)).isEqualTo(id);
        assertThat(pgmb.text(EXPIRY, GROUP)).isNull();
        assertThat(assertSubscription(null, null)).isNotEqualTo(id);
    }

    @Test
    void aConditionIsRefusedWithThePositionOfItsError() {
        assertThatThrownBy(() -> assertSubscription("e.topic = ", null))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("PM002"));
    }

    @Test
    void whatWasNotActiveExpires() throws SQLException {
        String silent = assertSubscription("e.topic = 'silent'", "10 minutes");
        String active = assertSubscription("e.topic = 'active'", "10 minutes");
        String patient = assertSubscription("e.topic = 'patient'", "2 hours");
        String lasting = assertSubscription("e.topic = 'lasting'", null);
        pgmb.run(LONG_AGO);
        pgmb.run("update pgmb.subscriptions set last_active_at = now() where id in (?)", active);
        assertThat(pgmb.column(DELETE_EXPIRED + " returning id")).containsExactly(silent);
        assertThat(pgmb.column("select id from pgmb.subscriptions"))
                .containsExactlyInAnyOrder(active, patient, lasting);
        pgmb.run("delete from pgmb.subscriptions where id in (?, ?)", active, patient);
        assertThat(pgmb.column("select id from pgmb.subscriptions")).containsExactly(lasting);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatAHandlerDeclaresNeverExpires(boolean declaredFirst) throws SQLException {
        if (declaredFirst) {
            declare(pgmb);
        }
        String id = assertSubscription("e.topic = 'a'", "1 minute");
        if (!declaredFirst) {
            declare(pgmb);
        }
        assertThat(pgmb.text(EXPIRY, GROUP)).isNull();
        pgmb.run("update pgmb.subscriptions set expiry_interval = '1 minute'");
        pgmb.run(LONG_AGO);
        pgmb.run(DELETE_EXPIRED);
        assertThat(pgmb.column("select id from pgmb.subscriptions")).containsExactly(id);
    }

    @Test
    @Timeout(60)
    void norIfBothComeAtOnce() throws Exception {
        declare(pgmb);
        pgmb.run("update pgmb.subscription_groups set declaration = null");
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Pgmb node = server.owner()) {
            int pid = pgmb.backendPid();
            node.begin();
            declare(node);
            Future<?> expiring = thread.submit(() -> {
                pgmb.run("update pgmb.subscriptions set expiry_interval = '1 minute'");
                return "done";
            });
            node.awaitBlocked(pid);
            node.commit();
            expiring.get();
        } finally {
            thread.shutdown();
        }
        assertThat(pgmb.text(EXPIRY, GROUP)).isNull();
    }

    @Test
    void expiryIsTheSameInEveryTimeZone() throws SQLException {
        String sum = "select extract(epoch from pgmb.add_interval_imm('2026-03-28 12:00:00+00', '1 day'))";
        pgmb.run("set timezone = 'UTC'");
        String inUtc = pgmb.text(sum);
        pgmb.run("set timezone = 'Europe/Berlin'");
        assertThat(pgmb.text(sum)).isEqualTo(inUtc);
        assertThat(pgmb.text("select provolatile from pg_proc where oid = 'pgmb.add_interval_imm'::regproc"))
                .isEqualTo("i");
    }

    @Test
    void configures() throws SQLException {
        pgmb.run(
                "update pgmb.config set value = ? where id = ?::pgmb.config_type",
                "3 days",
                "partition_retention_period");
        assertThat(pgmb.text("select pgmb.get_config_value('partition_retention_period')"))
                .isEqualTo("3 days");
    }

    private static void declare(Pgmb session) throws SQLException {
        session.register("node");
        session.declare("node", GROUP, "e.topic = 'a'");
    }

    private String assertSubscription(String condition, String expiry) throws SQLException {
        return pgmb.text(ASSERT_SUBSCRIPTION, GROUP, condition, null, expiry);
    }
}
