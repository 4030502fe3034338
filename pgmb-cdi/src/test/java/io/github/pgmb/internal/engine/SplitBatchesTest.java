package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static io.github.pgmb.internal.engine.TestHandlers.splitting;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Batches that are cut into parts which fail each on their own. */
class SplitBatchesTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final Duration NEVER = Duration.ofDays(7);

    private final TestSql sql = new TestSql(DATABASE);
    private final Received received = new Received();
    private TestNode node;

    @BeforeEach
    void emptyDatabase() {
        sql.withoutSchema();
        node = new TestNode(DATABASE.dataSource());
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private final List<List<String>> calls = new CopyOnWriteArrayList<>();
    private volatile String poison = "b";

    private void start(Acknowledging acknowledging, FailurePolicy policy) {
        node.handler(TestHandlers.onTopic("t", Unit.BATCH, acknowledging, splitting(policy, "/payload/key"), events -> {
                    calls.add(events.stream().map(StoredEvent::id).toList());
                    if (events.stream().anyMatch(event -> event.payload().contains('"' + poison + '"'))) {
                        throw new IllegalStateException("poison");
                    }
                    received.handle(events);
                }))
                .owning();
    }

    private static String event(String key) {
        return "{\"key\": \"" + key + "\"}";
    }

    @Test
    void onlyWhatFailedIsTriedAgainAfterReturn() {
        start(Acknowledging.AFTER_RETURN, after(NEVER));
        var ids = node.publish("t", event("a"), event("b"), event("c"), event("b"), event("a"), "1");
        received.awaitCount(4);
        assertThat(calls)
                .containsExactly(
                        List.of(ids.get(0), ids.get(4)),
                        List.of(ids.get(1), ids.get(3)),
                        List.of(ids.get(2)),
                        List.of(ids.get(5)));
        sql.awaitCount("pgmb.retries", 1);
        poison = "";
        sql.execute("update pgmb.retries set due_at = clock_timestamp()");
        received.awaitCount(6);
        assertThat(calls).hasSize(5);
        assertThat(calls.get(4)).containsExactly(ids.get(1), ids.get(3));
    }

    @Test
    void eachPartGoesOnByItselfInATransaction() {
        start(Acknowledging.IN_TRANSACTION, after(NEVER));
        var ids = node.publish("t", event("a"), event("b"), event("c"), event("b"), event("a"));
        await(() -> calls.size() >= 4);
        sql.awaitCount("pgmb.retries", 1);
        // The first round was rolled back.
        assertThat(calls)
                .containsExactly(
                        List.of(ids.get(0), ids.get(4)),
                        List.of(ids.get(1), ids.get(3)),
                        List.of(ids.get(0), ids.get(4)),
                        List.of(ids.get(2)));
        assertThat(sql.one("select attempts || ' ' || cardinality(event_ids) from pgmb.retries"))
                .isEqualTo("1 2");
        poison = "";
        sql.execute("update pgmb.retries set due_at = clock_timestamp()");
        await(() -> calls.size() == 5);
        sql.awaitCount("pgmb.retries", 0);
        assertThat(calls.get(4)).containsExactly(ids.get(1), ids.get(3));
    }

    /** Parsers follow nesting only so far. */
    @ParameterizedTest
    @EnumSource
    void whatCannotBeParsedIsAPartAsWell(Acknowledging acknowledging) {
        start(acknowledging, after(NEVER));
        node.publish("t", "[".repeat(1500) + "]".repeat(1500), event("a"));
        received.awaitCount(2);
        assertThat(calls).hasSize(2);
    }

    /** Somebody else may be at the second part by then. */
    @ParameterizedTest
    @EnumSource
    void noPartIsHandledOnceTheLeaseHasRunOut(Acknowledging acknowledging) {
        var base = TestNode.settings();
        var lease = Duration.ofSeconds(1);
        node.with(new Settings(
                "test",
                base.pollEventsInterval(),
                base.readEventsInterval(),
                base.readChunkSize(),
                base.tableMaintenanceInterval(),
                lease,
                base.handlerThreads(),
                base.drainTimeout(),
                base.schemaMigration()));
        node.handler(TestHandlers.onTopic(
                        "t", Unit.BATCH, acknowledging, splitting(after(NEVER), "/payload/key"), events -> {
                            calls.add(List.of(sql.one("select position from pgmb.group_status")));
                            if (calls.size() == 1) {
                                keepFromRenewing(lease.multipliedBy(2));
                            }
                        }))
                .owning();
        node.publish("t", event("a"), event("b"));
        await(() -> sql.count("pgmb.group_status where position = 2 and retries = 0") == 1);
        // After return, the second part goes on by itself; a transaction is rolled back, and all of it done again.
        assertThat(calls)
                .containsExactlyElementsOf(
                        acknowledging == Acknowledging.AFTER_RETURN
                                ? List.of(List.of("0"), List.of("2"))
                                : List.of(List.of("0"), List.of("0"), List.of("0")));
    }

    private void keepFromRenewing(Duration time) throws Exception {
        try (var connection = DATABASE.dataSource().getConnection();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("lock table pgmb.nodes in share row exclusive mode");
            Thread.sleep(time.toMillis());
        }
    }

    /** Whoever gets the excuse each time would have the others handled for ever. */
    @Test
    void aPartThatIsAlwaysInSomebodysWayBecomesARetry() {
        var plan = splitting(after(NEVER), "/payload/key");
        node.handler(TestHandlers.handler(
                        "a",
                        new Interest(List.of("t"), "", "{}"),
                        Unit.BATCH,
                        Acknowledging.AFTER_RETURN,
                        plan,
                        events -> {
                            calls.add(events.stream().map(StoredEvent::payload).toList());
                            if (events.get(0).payload().equals(event("b"))) {
                                throw new SQLException("deadlock detected", "40P01");
                            }
                        }))
                .owning();
        node.publish("t", event("a"), event("b"));
        sql.awaitCount("pgmb.retries", 1);
        assertThat(calls.stream().filter(call -> call.contains(event("a")))).hasSize(4);
    }
}
