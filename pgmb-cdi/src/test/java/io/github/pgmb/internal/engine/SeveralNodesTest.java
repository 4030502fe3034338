package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import io.github.pgmb.test.postgres.TestDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that declare the same handlers. */
class SeveralNodesTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final List<TestNode> nodes = new ArrayList<>();

    @BeforeEach
    void emptyDatabase() throws Exception {
        sql("drop schema if exists pgmb cascade");
    }

    @AfterEach
    void stopNodes() {
        nodes.forEach(TestNode::close);
    }

    private static void sql(String statement) throws Exception {
        try (var connection = DATABASE.connect();
                var execution = connection.createStatement()) {
            execution.execute(statement);
        }
    }

    private TestNode start(StoredHandling handling) {
        var node =
                new TestNode(DATABASE.dataSource()).onTopic("a", "t", handling).start();
        nodes.add(node);
        await(() -> node.engine().status().groups().stream()
                .allMatch(group -> group.owner().isPresent()));
        return node;
    }

    private static boolean owns(TestNode node) {
        return node.engine().status().groups().stream().allMatch(GroupStatus::ownedHere);
    }

    @Test
    void installTheSchemaOnceWhenTheyStartTogether() {
        try (var lines = LogLines.of("io.github.pgmb")) {
            startTogether(8);
            awaitRunning();
            assertThat(lines.said())
                    .filteredOn(line -> line.contains("(installed now)"))
                    .hasSize(1);
            assertThat(lines.said())
                    .filteredOn(line -> line.contains("(found)"))
                    .hasSize(7);
        }
        await(() -> nodes.stream().filter(SeveralNodesTest::owns).count() == 1);
    }

    @Test
    void installTheSchemaBesideAnAdministrator() throws Exception {
        try (var lines = LogLines.of("io.github.pgmb")) {
            startTogether(3);
            SchemaMigrationTest.install(DATABASE, SchemaMigrationTest.currentScript());
            awaitRunning();
            assertThat(lines.said())
                    .filteredOn(line -> line.startsWith("PGMB-0207"))
                    .hasSize(3);
            assertThat(lines.said())
                    .filteredOn(line -> line.contains("(installed now)"))
                    .hasSizeLessThan(2);
            assertThat(lines.said())
                    .filteredOn(line -> line.contains("PGMB-0304"))
                    .isEmpty();
        }
    }

    private void startTogether(int count) {
        IntStream.range(0, count)
                .forEach(n -> nodes.add(new TestNode(DATABASE.dataSource())
                        .onTopic("a", "t", new Received())
                        .start()));
    }

    private void awaitRunning() {
        await(() -> nodes.stream().allMatch(node -> node.engine().status().phase() == Phase.RUNNING));
    }

    @Test
    void handleEachEventOnce() {
        var received = new Received();
        start(received);
        start(received);
        for (var n = 0; n < 50; n++) {
            nodes.get(n % 2).publish("t", "1", "2");
        }
        received.awaitCount(100);
        Received.pause(500);
        assertThat(received.ids()).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void handOverAtOnceWhenOneIsStopped() {
        var second = new Received();
        var first = start(new Received());
        var other = start(second);
        first.close();
        var stopped = System.nanoTime();
        other.publish("t", "1");
        second.awaitCount(1);
        assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(TestNode.LEASE);
    }

    @Test
    void takeOverWithinTheLeaseWhenOneVanishes() throws Exception {
        var second = new Received();
        start(second);
        nodes.get(0).publish("t", "1");
        second.awaitCount(1);
        // Stolen before it is acknowledged, the event would rightly come again.
        await(() -> nodes.get(0).engine().status().groups().get(0).position() == 1);
        vanishAsOwner();
        var vanished = System.nanoTime();
        nodes.get(0).publish("t", "2");
        second.awaitCount(2);
        assertThat(Duration.ofNanos(System.nanoTime() - vanished)).isLessThan(TestNode.LEASE.plusSeconds(2));
    }

    @Test
    void takeOverAnewAfterAPromotion() throws Exception {
        var received = new Received();
        start(received);
        nodes.get(0).publish("t", "1");
        received.awaitCount(1);
        await(() -> nodes.get(0).engine().status().groups().get(0).position() == 1);
        sql("create or replace function pgmb.timeline() returns bigint language sql stable as 'select 2::bigint'");
        nodes.get(0).publish("t", "2");
        received.awaitCount(2);
        await(() -> nodes.get(0).engine().status().groups().get(0).position() == 2);
        assertThat(received.ids()).doesNotHaveDuplicates();
        sql("do 'begin assert (select bool_and(epoch >> 32 = 1) from pgmb.group_owner); end'");
    }

    /** Another node has the group, and nothing is left of it but its rows. */
    private static void vanishAsOwner() throws Exception {
        sql("insert into pgmb.nodes (node, lease) values ('vanished', '3 s')");
        sql("update pgmb.group_owner set node = 'vanished', epoch = epoch + 1");
    }

    @Test
    void leaveAHandlerToTheNewestDeclaration() {
        var old = new Received();
        var fresh = new Received();
        var first = start(old);
        var second = new TestNode(DATABASE.dataSource())
                .onTopic("a", "changed", fresh)
                .start();
        nodes.add(second);
        await(() -> owns(second));
        first.publish("changed", "1");
        first.publish("t", "2");
        fresh.awaitCount(1);
        assertThat(old.ids()).isEmpty();
        assertThat(first.engine().status().groups().get(0).lastError().orElseThrow())
                .contains("PGMB-0405");
    }

    /** As after hours without a database, in which a module was deployed. */
    @Test
    void declareWhatCameWhileTheyWereForgotten() throws Exception {
        start(new Received());
        var late = new Received();
        sql("delete from pgmb.nodes");
        nodes.get(0).engine().deploy(module("late", late));
        nodes.get(0).publish("late", "1");
        await(() -> nodes.get(0).engine().status().groups().stream().allMatch(GroupStatus::ownedHere));
        nodes.get(0).publish("late", "2");
        await(() -> late.payloads().contains("2"));
    }

    private static HandlerModule module(String name, StoredHandling handling) {
        return new HandlerModule(name, Thread::new, List.of(TestHandlers.onTopic(name, name, handling)));
    }

    @Test
    void leaveWhatAStaleOwnerHandledUnacknowledged() throws Exception {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        List<StoredEvent> late = new ArrayList<>();
        start(events -> {
            entered.countDown();
            release.await();
            late.addAll(events);
        });
        nodes.get(0).publish("t", "1", "2");
        entered.await();
        sql("update pgmb.group_owner set node = 'another', epoch = epoch + 1");
        sql("insert into pgmb.nodes (node, lease) values ('another', '1 hour')");
        release.countDown();
        Received.pause(1000);
        try (var connection = DATABASE.connect();
                var query = connection.createStatement();
                var row = query.executeQuery("select position, head from pgmb.group_status")) {
            row.next();
            assertThat(row.getLong(1)).isZero();
            assertThat(row.getLong(2)).isEqualTo(2);
        }
        assertThat(late).extracting(StoredEvent::payload).startsWith("1");
    }
}
