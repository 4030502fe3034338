package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import io.github.pgmb.test.postgres.TestDatabase;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The effects of a handler and its acknowledgement commit together or not at all. */
class TransactionalHandlerTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private TestNode node;

    @BeforeEach
    void emptyDatabase() throws Exception {
        sql("drop schema if exists pgmb cascade");
        sql("drop table if exists effects");
        sql("create table effects (position bigint)");
        node = new TestNode(DATABASE.dataSource());
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private static void sql(String statement) throws Exception {
        try (var connection = DATABASE.connect();
                var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private static List<Long> effects() {
        try (var connection = DATABASE.connect();
                var query = connection.createStatement();
                var row = query.executeQuery(
                        "select coalesce(array_agg(position order by position), '{}') from effects")) {
            row.next();
            return List.of((Long[]) row.getArray(1).getArray());
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void start(Unit unit, StoredHandling afterEffect) {
        node.handler("a", new Interest(List.of("t"), "", "{}"), unit, Acknowledging.IN_TRANSACTION, events -> {
            for (var event : events) {
                node.execute("insert into effects values (" + event.payload() + ")");
            }
            afterEffect.handle(events);
        });
        node.start();
        await(() -> node.engine().status().groups().stream().allMatch(GroupStatus::ownedHere));
    }

    @Test
    void commitsEffectAndAcknowledgementOfEachEvent() {
        start(Unit.EVENT, events -> assertThat(events).hasSize(1));
        node.publish("t", "1", "2", "3");
        await(() -> effects().equals(List.of(1L, 2L, 3L)));
        await(() -> position() == 3);
    }

    private long position() {
        return node.engine().status().groups().get(0).position();
    }

    @Test
    void commitsEffectsAndAcknowledgementOfABatch() {
        start(Unit.BATCH, events -> {});
        node.publish("t", "1", "2", "3");
        await(() -> effects().equals(List.of(1L, 2L, 3L)));
    }

    @Test
    void rollsTheEffectsOfAFailureBack() {
        var attempts = new AtomicInteger();
        start(Unit.BATCH, events -> {
            if (attempts.incrementAndGet() < 3) {
                throw new Exception("after the effect");
            }
        });
        node.publish("t", "1", "2");
        await(() -> effects().equals(List.of(1L, 2L)));
        assertThat(attempts).hasValue(3);
        assertThat(position()).isEqualTo(2);
    }

    @Test
    void rollsTheEffectsBackWhenAnotherNodeTookTheGroupOver() throws Exception {
        var inHandler = new CountDownLatch(1);
        var takenOver = new CountDownLatch(1);
        start(Unit.EVENT, events -> {
            inHandler.countDown();
            assertThat(takenOver.await(10, TimeUnit.SECONDS)).isTrue();
        });
        node.publish("t", "1");
        assertThat(inHandler.await(10, TimeUnit.SECONDS)).isTrue();
        sql("update pgmb.group_owner set node = 'another', epoch = epoch + 1");
        sql("insert into pgmb.nodes (node, lease) values ('another', '1 hour')");
        takenOver.countDown();
        Received.pause(1500);
        assertThat(effects()).isEmpty();
        sql("select pgmb.remove_node('another')");
        await(() -> effects().equals(List.of(1L)));
    }

    /** While it has nothing to do, it only finds out when it reads. */
    @Test
    void receivesAgainWhatAnOperatorMovesItBackTo() throws Exception {
        start(Unit.EVENT, events -> {});
        var ids = node.publish("t", "1", "2");
        await(() -> position() == 2);
        sql("select pgmb.move_group('test:a', '" + ids.get(0) + "')");
        await(() -> effects().equals(List.of(1L, 2L, 2L)));
    }

    @Test
    void goesOnAfterACommitWhoseOutcomeIsUnknown() {
        var attempts = new AtomicInteger();
        start(Unit.EVENT, events -> {
            if (attempts.incrementAndGet() == 1) {
                // Cut off by the server before the acknowledgement: the client cannot tell whether it was committed.
                sql("select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'");
            }
        });
        node.publish("t", "1", "2");
        await(() -> position() == 2);
        assertThat(effects()).containsExactly(1L, 2L);
    }
}
