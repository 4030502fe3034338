package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The effects of a retry and its acknowledgement commit together or not at all. */
class RetriesInTransactionTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final Duration SOON = Duration.ofMillis(50);

    private final TestSql sql = new TestSql(DATABASE);
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

    private final AtomicInteger calls = new AtomicInteger();
    private final CuttableDataSource database = new CuttableDataSource(DATABASE.dataSource());

    @BeforeEach
    void tableOfEffects() {
        sql.execute("drop table if exists effects");
        sql.execute("create table effects (event_id text)");
        node = new TestNode(database);
    }

    private interface Then {
        void happens(int call, StoredEvent event) throws Exception;
    }

    private void start(FailurePolicy policy, Then then) {
        node.handler(TestHandlers.onTopic("t", Unit.EVENT, Acknowledging.IN_TRANSACTION, policy, events -> {
                    var event = events.get(0);
                    node.execute("insert into effects values ('" + event.id() + "')");
                    then.happens(calls.incrementAndGet(), event);
                }))
                .owning();
    }

    private void assertOnce(List<String> ids) {
        await(() -> sql.count("effects") >= ids.size() && sql.count("pgmb.retries") == 0);
        Received.pause(500);
        assertThat(sql.rows("select event_id from effects")).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(sql.count("pgmb.retries")).isZero();
        assertThat(sql.count("pgmb.dead_letters")).isZero();
    }

    @Test
    void whatFailedHadNoEffect() {
        start(after(SOON, SOON, SOON), (call, event) -> {
            if (call < 4) {
                throw new Exception("after the effect");
            }
        });
        assertOnce(node.publish("t", "1"));
    }

    @Test
    void aRetryOfWhoeverLostTheGroupIsRolledBack() throws Exception {
        var inRetry = new CountDownLatch(1);
        var takenOver = new CountDownLatch(1);
        start(after(SOON), (call, event) -> {
            if (call == 1) {
                throw new Exception("once");
            }
            if (call == 2) {
                inRetry.countDown();
                assertThat(takenOver.await(10, TimeUnit.SECONDS)).isTrue();
            }
        });
        var ids = node.publish("t", "1");
        assertThat(inRetry.await(10, TimeUnit.SECONDS)).isTrue();
        sql.execute("insert into pgmb.nodes (node, lease) values ('another', '1 hour')");
        sql.execute("update pgmb.group_owner set node = 'another', epoch = epoch + 1");
        takenOver.countDown();
        Received.pause(1000);
        assertThat(sql.count("effects")).isZero();
        assertThat(sql.one("select attempts from pgmb.retries")).isEqualTo("1");
        sql.execute("select pgmb.remove_node('another')");
        assertOnce(ids);
    }

    @Test
    void aRetryIsDoneAgainIfItsConnectionIsCutBeforeTheCommit() {
        start(after(SOON), (call, event) -> {
            if (call == 1) {
                throw new Exception("once");
            }
            if (call == 2) {
                sql.execute(
                        "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'");
            }
        });
        assertOnce(node.publish("t", "1", "2"));
    }

    /** How drivers tell it, and how transaction managers do. */
    enum LostReply {
        TOLD_BY_DRIVER,
        WITHOUT_A_SIGN;

        Exception failure() {
            return this == TOLD_BY_DRIVER
                    ? new SQLException("An I/O error occurred while sending to the backend.", "08006")
                    : new IllegalStateException("heuristic outcome");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEventWhoseCommitDidSucceedHasNoSecondEffect(LostReply lost) {
        start(after(SOON), (call, event) -> {
            if (call == 2) {
                database.loseReplyOfNextCommit(lost::failure);
            }
        });
        assertNoFailureAfter(() -> assertOnce(node.publish("t", "1", "2", "3")));
        assertThat(calls).hasValue(3);
    }

    /** At most a connection was cut; neither has the handler failed, nor has the group been lost. */
    private void assertNoFailureAfter(Runnable work) {
        try (var lines = LogLines.of("io.github.pgmb")) {
            work.run();
            assertThat(lines.said()).allMatch(line -> line.startsWith("PGMB-0408"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRetryWhoseCommitDidSucceedHasNoSecondEffect(LostReply lost) {
        start(after(Duration.ofSeconds(1)), (call, event) -> {
            if (call == 1) {
                throw new Exception("once");
            }
            database.loseReplyOfNextCommit(lost::failure);
        });
        var ids = node.publish("t", "1");
        await(() -> sql.count("pgmb.retries") == 1);
        assertNoFailureAfter(() -> assertOnce(ids));
        assertThat(calls).hasValue(2);
    }

    /** A transaction that cannot begin is none of the handler's failures. */
    @Test
    void whatWasNeverHandedOverCountsAsNoAttempt() throws Exception {
        start(after(), (call, event) -> {});
        var ids = node.publish("t", "1");
        assertOnce(ids);
        node.transactions().refuseNext(3);
        try (var lines = LogLines.of("io.github.pgmb")) {
            var more = node.publish("t", "2");
            assertOnce(List.of(ids.get(0), more.get(0)));
            assertThat(lines.said().stream().filter(line -> line.startsWith("PGMB-0408")))
                    .hasSize(3);
        }
    }
}
