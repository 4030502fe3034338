package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What roles may do that only publish or only consume, and what not. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {PlainServer.OLDEST, PlainServer.NEWEST})
@Timeout(60)
class RolesTest {
    private static final String GROUP = "group";
    private static final String DENIED = "42501";
    private static final String PUBLISHER = "a \"publisher\"";

    private static PlainServer server;

    @Parameter
    private String release;

    private Pgmb owner;
    private Pgmb publisher;
    private Pgmb consumer;
    private Pgmb trusted;

    @BeforeParameterizedClassInvocation
    static void startServer(String release) throws SQLException {
        server = new PlainServer(release);
        try (Pgmb superuser = server.superuser()) {
            superuser.run(
                    "create role \"a \"\"publisher\"\"\" login; create role consumer login; create role trusted login");
        }
        try (Pgmb owner = server.owner()) {
            owner.install();
            owner.rows("select pgmb.grant_publish(?::regrole)", "\"a \"\"publisher\"\"\"");
            owner.rows("select pgmb.grant_consume('consumer')");
        }
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() throws SQLException {
        owner = server.owner();
        assertThat(owner.text("show server_version")).startsWith(release + ".");
        owner.forgetEverything();
        owner.subscribe(GROUP, Pgmb.ALL);
        publisher = server.connect("app", PUBLISHER);
        consumer = server.connect("app", "consumer");
        trusted = server.connect("app", "trusted");
    }

    @AfterEach
    void disconnect() throws SQLException {
        for (Pgmb session : List.of(owner, publisher, consumer, trusted)) {
            session.close();
        }
    }

    @Test
    void aPublisherPublishes() throws SQLException {
        ContractClient client = new ContractClient(publisher, GROUP);
        client.publish(List.of("a", "b"));
        client.publishWithIds(List.of("c"));
        publisher.publish("d");
        publisher.run("insert into pgmb.events (topic, payload, subscription_id) values ('e', '1', 'nobody')");
        assertThat(publisher.text("select pgmb.get_config_value('plugin_version')"))
                .isNotNull();
        owner.dispatch();
        assertThat(owner.received(GROUP)).containsExactly("a", "b", "c", "d");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into pgmb.events (topic, payload, xact_id) values ('a', '1', '3')",
                "insert into pgmb.events (topic, payload, seq) values ('a', '1', 1)",
                "insert into pgmb.events values ('a', 'a', '1', null, null, 1, '3')",
                "insert into pgmb.events_0 (topic, payload) values ('a', '1')",
                "insert into pgmb.events (topic, payload) values ('a', '1') returning payload",
                "copy pgmb.events from stdin",
                "update pgmb.events set payload = '2'",
                "delete from pgmb.events",
                "truncate pgmb.events",
                "select payload from pgmb.events",
                "select topic from pgmb.events",
                "select xact_id from pgmb.events",
                "select * from pgmb.read_events('{}')",
                "select * from pgmb.read_next_events('group', peek => true)",
                "select pgmb.tick()",
                "select pgmb.poll_for_events()",
                "select pgmb.maintenance_step(now())",
                "call pgmb.maintain_events_table()",
                "select setval('pgmb.event_seq', 1)",
                "select * from pgmb.subscriptions",
                "select * from pgmb.subscription_events",
                "select * from pgmb.group_status",
                "insert into pgmb.subscription_groups (id) values ('a')",
                "insert into pgmb.subscriptions (group_id) values ('group')",
                "update pgmb.config set value = '1'",
                "create table pgmb.mine (x int)",
                "create function pgmb.mine() returns int language sql as 'select 1'",
            })
    void aPublisherDoesNothingElse(String statement) throws SQLException {
        owner.publish("a");
        assertDenied(publisher, statement);
    }

    @Test
    void aConsumerConsumesAsAClient() throws SQLException {
        ContractClient client = new ContractClient(consumer, "its own");
        String subscription = client.subscribe("e.payload @> '1'", "{}", "1 hour");
        client.subscribe("e.payload @> '1'", "{}", "1 hour");
        client.subscribe(Pgmb.TOPICAL, "{\"topics\": [\"a\"]}", "1 hour");
        String id = owner.publish("a", "1");
        assertThat(client.poll()).isEqualTo(3);
        assertThat(client.next(9)).extracting(ContractClient.Event::topic).containsExactly("a");
        assertThat(client.topicsOf(List.of(id))).containsExactly("a");
        assertThat(consumer.column("select topic from pgmb.read_events(array[?]::pgmb.event_id[])", id))
                .containsExactly("a");
        assertThat(client.store(transaction -> {}, true)).isTrue();
        assertThat(owner.position("its own")).isEqualTo(1);
        client.stayActive(subscription);
        assertThat(client.deleteExpired()).isEmpty();
        client.unsubscribe(subscription);
        client.release();
        consumer.run("call pgmb.maintain_events_table()");
        consumer.run("call pgmb.maintain_in_steps()");
        consumer.run("call pgmb.keep_ticking()");
    }

    /** Two connections of one role are two readers, also for a function that runs as somebody else. */
    @Test
    void connectionsOfConsumersAreDifferentReaders() throws SQLException {
        try (Pgmb second = server.connect("app", "consumer")) {
            owner.publish("a");
            owner.dispatch();
            assertThat(new ContractClient(consumer, GROUP).next(1)).hasSize(1);
            assertThat(new ContractClient(second, GROUP).next(1)).isEmpty();
            assertThat(new ContractClient(consumer, GROUP).next(1)).hasSize(1);
        }
    }

    @Test
    void aConsumerWorksAsANode() throws SQLException {
        consumer.register("node");
        consumer.declare("node", "handler");
        Pgmb.Ownership owned = consumer.takeOver("node").get(0);
        owner.publish("a");
        consumer.dispatch();
        assertThat(consumer.read("node", owned, 0, 9))
                .extracting(Pgmb.Event::topic)
                .containsExactly("a");
        String id = consumer.read("node", owned, 0, 9).get(0).id();
        assertThat(consumer.setAside("node", owned, 0, 1, Pgmb.again(1, 0, id))).isTrue();
        assertThat(consumer.isTrue("select due_in < '0' and not blocks from pgmb.next_retry(?)", owned.groupNo()))
                .isTrue();
        long retryNo = consumer.readRetries("node", owned, 9).get(0).retryNo();
        assertThat(consumer.number("select retry_no from pgmb.retry_status")).isEqualTo(retryNo);
        assertThat(consumer.settle("node", owned, retryNo, Pgmb.dead(2, id))).isTrue();
        assertThat(consumer.deadLetters("handler")).containsExactly(id);
        assertThat(consumer.redrive("handler")).isEqualTo(1);
        assertThat(consumer.discard("handler")).isZero();
        assertThat(consumer.isTrue("select pgmb.renew_lease('node')")).isTrue();
        assertThat(consumer.rows("select position, lag, owner, match_failures, owner_alive from pgmb.group_status s"
                        + " left join pgmb.node_groups d using (group_no) where group_id = 'handler'"))
                .containsExactly(List.of("1", "0", "node", "0", "t"));
        consumer.maintainInSteps(consumer.text("select now()"));
        assertThat(consumer.handOver("node", owned)).isTrue();
        assertThat(consumer.isTrue("select pgmb.withdraw_handler('node', ?)", owned.groupNo()))
                .isTrue();
        consumer.run("select pgmb.remove_node('node')");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into pgmb.events (topic, payload) values ('a', '1')",
                "update pgmb.events set payload = '2'",
                "delete from pgmb.events",
                "update pgmb.config set value = '1'",
                "insert into pgmb.subscription_groups (id, no) values ('a', 1)",
                "delete from pgmb.subscription_groups",
                "update pgmb.subscription_groups set declaration = null",
                "insert into pgmb.subscriptions (group_id, condition_no) values ('group', 1)",
                "insert into pgmb.subscriptions (group_id, no) values ('group', 1)",
                "update pgmb.subscriptions set conditions_sql = 'FALSE'",
                "update pgmb.subscriptions set condition_no = 1",
                "insert into pgmb.subscription_topics values ('a', false, 1)",
                "select * from pgmb.subscription_events",
                "insert into pgmb.progress values (1, 1, 0, 1)",
                "update pgmb.group_owner set node = 'me'",
                "update pgmb.nodes set renewed_at = 'infinity'",
                "insert into pgmb.ticks select * from pgmb.ticks",
                "select from pgmb.dispatcher for update",
                "select pgmb.create_condition('TRUE')",
                "select pgmb.check_condition('TRUE')",
                "select pgmb.take_group('me', 1)",
                "select * from pgmb.retries",
                "delete from pgmb.retries",
                "select * from pgmb.dead_letters",
                "delete from pgmb.dead_letters",
                "select pgmb.keep_failed(1, '[]', null)",
                "select * from pgmb.idle_dead_letters('group', null)",
                "select pgmb.lock_dead_letters('group')",
                "select pgmb.hold_group('me', 1, true)",
                "select pgmb.drop_partition('pgmb.events', 'pgmb.events_0')",
                "select pgmb.expire_subscriptions(now())",
                "select pgmb.grant_publish('consumer')",
                "select setval('pgmb.group_no', 1)",
                "create table pgmb.mine (x int)",
            })
    void aConsumerDoesNothingElse(String statement) {
        assertDenied(consumer, statement);
    }

    @Test
    void nobodyGrantsButTheOwner() {
        assertDenied(consumer, "select pgmb.grant_consume('trusted')");
        assertDenied(publisher, "select pgmb.grant_publish('trusted')");
        assertDenied(trusted, "select pgmb.grant_publish('trusted')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select pgmb.get_config_value('plugin_version')", "select * from pgmb.config"})
    void othersDoNothing(String statement) {
        assertDenied(trusted, statement);
    }

    /** It may maintain, but not say that it is next month. */
    @Test
    void aConsumerDoesNotSetTheClockOfMaintenanceAhead() throws SQLException {
        owner.publish("kept");
        owner.dispatch();
        long ticks = owner.number("select count(*) from pgmb.ticks");
        for (int days = 30; days <= 60; days += 30) {
            consumer.run("call pgmb.maintain_events_table(now() + ? * interval '1 day')", days);
            consumer.run("select pgmb.clean_up(now() + ? * interval '1 day')", days);
            consumer.run("select pgmb.maintenance_step(now() + ? * interval '1 day')", days);
        }
        assertThat(owner.number("select count(*) from pgmb.ticks")).isEqualTo(ticks);
        assertThat(owner.number("select count(*) from pgmb.events where topic = 'kept'"))
                .isEqualTo(1);
    }

    /** Why there are grants on columns: with one on the table, a publisher can hide its events from every tick. */
    @Test
    void aForgedTransactionIsNeverDispatched() throws SQLException {
        owner.run("grant usage on schema pgmb to trusted; grant insert on pgmb.events to trusted;"
                + " grant usage on all sequences in schema pgmb to trusted");
        try {
            trusted.run("insert into pgmb.events (topic, payload, xact_id) values ('of the past', '1', '3')");
            trusted.run(
                    "insert into pgmb.events (topic, payload, xact_id) values ('to come', '1', '4611686018427387904')");
            trusted.run("insert into pgmb.events (topic, payload, seq) values ('last', '1', 9223372036854775807)");
            trusted.run("insert into pgmb.events (topic, payload) values ('a', '1')");
            for (int n = 0; n < 3; n++) {
                owner.publish("b");
                owner.dispatch();
            }
            assertThat(owner.received(GROUP)).containsExactly("a", "b", "last", "b", "b");
        } finally {
            owner.run("revoke all on schema pgmb from trusted; revoke all on pgmb.events from trusted;"
                    + " revoke all on all sequences in schema pgmb from trusted");
        }
    }

    /** Ids are chosen by publishers, and may be anything. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "pm", "zz", "pmzzzzzzzzzzzzz000000000", "pm0000000000000000000000000000"})
    void anOddIdStopsNeitherDispatchNorMaintenance(String id) throws SQLException {
        publisher.run("insert into pgmb.events (id, topic, payload) values (?, 'odd', '1')", id);
        publisher.publish("a");
        owner.dispatch();
        assertThat(owner.received(GROUP)).contains("a");
        owner.maintain(owner.text("select now() + interval '40 days'"));
        publisher.publish("b");
        owner.dispatch();
        assertThat(owner.received(GROUP)).contains("b");
    }

    /** As if the script had got a new function for them: it is granted by the next run, but to nobody else. */
    @Test
    void theScriptBringsRolesUpToDate() throws SQLException {
        owner.run("revoke execute on function pgmb.tick() from consumer");
        owner.run("revoke usage on sequence pgmb.event_seq from \"a \"\"publisher\"\"\"");
        assertDenied(consumer, "select pgmb.tick()");
        assertDenied(publisher, "insert into pgmb.events (topic, payload) values ('a', '1')");
        owner.install();
        consumer.tick();
        publisher.publish("a");
        assertDenied(publisher, "select pgmb.tick()");
        assertDenied(consumer, "insert into pgmb.events (topic, payload) values ('a', '1')");
        assertDenied(trusted, "select pgmb.tick()");
    }

    @Test
    void whatWasTakenAwayIsNotGivenBack() throws SQLException {
        owner.rows("select pgmb.grant_consume('trusted')");
        trusted.tick();
        try (Pgmb superuser = server.superuser()) {
            superuser.run("drop owned by trusted");
        }
        owner.install();
        assertDenied(trusted, "select pgmb.tick()");
    }

    @ParameterizedTest
    @CsvSource({"publisher, grant_publish", "consumer, grant_consume"})
    void theDocumentedGrantsAreTheSame(String role, String function) throws Exception {
        String documented = Pattern.compile("^grant [^;]+ to shop_" + role + ";$", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("..", "docs", "install.md")))
                .results()
                .map(MatchResult::group)
                .collect(Collectors.joining("\n"))
                .replace("shop_" + role, "trusted");
        owner.begin();
        owner.run(documented);
        List<String> plain = granted();
        owner.rollback();
        owner.begin();
        owner.run("select pgmb." + function + "('trusted'); revoke all on function pgmb." + function + " from trusted");
        assertThat(plain).isNotEmpty().isEqualTo(granted());
        owner.rollback();
    }

    /** Everything that the role trusted has in the schema. */
    private List<String> granted() throws SQLException {
        return owner.column("select what || ' ' || a.privilege_type from ("
                + "select 'schema' as what, nspacl as acl from pg_namespace where nspname = 'pgmb'"
                + " union all select oid::regclass::text, relacl from pg_class"
                + " union all select attrelid::regclass || '.' || attname, attacl from pg_attribute"
                + " union all select oid::regprocedure::text, proacl from pg_proc) o"
                + " cross join lateral aclexplode(o.acl) a where a.grantee = 'trusted'::regrole order by 1");
    }

    private static void assertDenied(Pgmb session, String statement) {
        assertThatThrownBy(() -> session.run(statement))
                .as(statement)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(DENIED));
    }
}
