package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.db.Maintenance.GroupRetention;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node does, and says, about events that are kept for long, dropped, or gone. */
class RetentionTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final LogLines lines = LogLines.of("io.github.pgmb");
    private final Received received = new Received();
    private TestNode node;

    @BeforeEach
    void install() throws Exception {
        sql("drop schema if exists pgmb cascade");
        var base = TestNode.settings();
        node = new TestNode(DATABASE.dataSource())
                .with(new Settings(
                        "test",
                        base.pollEventsInterval(),
                        base.readEventsInterval(),
                        1000,
                        Duration.ofMillis(200),
                        base.lease(),
                        4,
                        base.drainTimeout(),
                        SchemaMigration.UPDATE));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        lines.close();
        superuser("alter database " + DATABASE.name() + " reset default_transaction_isolation");
    }

    private static void sql(String statement) {
        try (var connection = DATABASE.connect();
                var execution = connection.createStatement()) {
            execution.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(String query) {
        try (var connection = DATABASE.connect();
                var select = connection.createStatement();
                var row = select.executeQuery(query)) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void superuser(String statement) throws SQLException {
        try (var connection = DATABASE.superuser();
                var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private void started() {
        node.start();
        await(() -> node.engine().status().groups().stream().allMatch(GroupStatus::ownedHere));
    }

    private List<GroupRetention> retention() {
        return node.engine().status().retention();
    }

    private List<String> said(String code) {
        return lines.said().stream().filter(line -> line.startsWith(code)).toList();
    }

    @Test
    void aGroupOfAnybodyThatKeepsTheLogIsNamedOnceAndShown() {
        node.onTopic("a", "t", received);
        started();
        sql("insert into pgmb.subscription_groups (id) values ('away')");
        sql("insert into pgmb.subscriptions (group_id) values ('away')");
        var since = Instant.now().minus(8, ChronoUnit.DAYS).truncatedTo(ChronoUnit.MILLIS);
        sql("insert into pgmb.events (id, topic, payload) values (pgmb.create_event_id('" + since
                + "', 0), 'x', '{}')");
        await(() -> retention().equals(List.of(new GroupRetention("away", Optional.of(since), 0))));
        Received.pause(600);
        assertThat(said("PGMB-0308"))
                .singleElement()
                .asString()
                .startsWith("PGMB-0308: group away has not acknowledged its events since " + since);
        sql("delete from pgmb.subscription_groups where id = 'away'");
        await(() -> retention().isEmpty());
    }

    @Test
    void whatWasDroppedUnreadIsNamedOnceAndShownUntilSomebodyHasDealtWithIt() {
        node.onTopic("a", "t", received);
        started();
        sql("insert into pgmb.dropped_deliveries select no, 0, 120, id from pgmb.subscription_groups");
        await(() -> retention().equals(List.of(new GroupRetention("test:a", Optional.empty(), 120))));
        Received.pause(600);
        assertThat(said("PGMB-0307"))
                .singleElement()
                .asString()
                .startsWith("PGMB-0307: 120 events were dropped before group test:a had read them");
        sql("delete from pgmb.dropped_deliveries");
        await(() -> retention().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"EVENT, AFTER_RETURN", "BATCH, AFTER_RETURN", "EVENT, IN_TRANSACTION", "BATCH, IN_TRANSACTION"})
    void whatIsGoneFromTheLogIsADeadLetter(Unit unit, Acknowledging acknowledging) {
        node.handler("a", new Interest(List.of("t"), "", "{}"), unit, acknowledging, received);
        started();
        sql("do $$ declare ids pgmb.event_id[]; begin"
                + " with e as (insert into pgmb.events (topic, payload) select 'nobody listens', to_jsonb(n) from generate_series(1, 5) n"
                + " returning id) select array_agg(id) into ids from e;"
                + " delete from pgmb.events where payload in ('1', '3', '5');"
                + " insert into pgmb.subscription_events select no, 5, 1, 0, ids, '{}' from pgmb.subscription_groups;"
                + " end $$");
        await(() -> node.engine().status().groups().get(0).position() == 5);
        assertThat(received.payloads().stream().distinct()).containsExactly("2", "4");
        assertThat(
                        text(
                                "select string_agg(distinct concat_ws(' ', reason, attempts, payload), '') from pgmb.dead_letters"))
                .isEqualTo("gone 0 null");
        assertThat(
                        text(
                                "select string_agg(u.n::text, ' ' order by u.n) from pgmb.subscription_events s,"
                                        + " unnest(s.event_ids) with ordinality u (id, n) join pgmb.dead_letters d on d.event_id = u.id"))
                .isEqualTo("1 3 5");
        assertThat(said("PGMB-0409")).hasSize(3).allMatch(line -> line.contains("no longer in the log"));
        assertThat(said("PGMB-0401")).isEmpty();
    }

    @Test
    void maintenanceAndTicksWorkWhereTransactionsAreRepeatableReadByDefault() throws Exception {
        superuser("alter database " + DATABASE.name() + " set default_transaction_isolation = 'repeatable read'");
        node.onTopic("a", "t", received);
        started();
        try (var other =
                new TestNode(DATABASE.dataSource()).onTopic("a", "t", received).start()) {
            sql("update pgmb.config set value = '0' where id = 'partition_retention_period'");
            sql(
                    "insert into pgmb.events (id, topic, payload) select pgmb.create_event_id(now() - interval '9 days', n), 'x', '{}'"
                            + " from generate_series(1, 10) n");
            for (var n = 1; n <= 100; n++) {
                (n % 2 == 0 ? node : other).publish("t", String.valueOf(n));
            }
            await(() -> received.ids().size() >= 100);
            await(() -> {
                // Does nothing while a node is at it.
                sql(
                        "begin; set transaction isolation level read committed; call pgmb.maintain_events_table(now() - interval '5 days'); commit");
                return "0".equals(text("select count(*) from pgmb.events where topic = 'x'"));
            });
        }
        assertThat(text("show default_transaction_isolation")).isEqualTo("repeatable read");
        assertThat(said("PGMB-0304")).isEmpty();
    }
}
