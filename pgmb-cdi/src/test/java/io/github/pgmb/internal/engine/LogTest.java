package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** What an operator reads: enough at start, nothing while all is well, one line for each thing that is not. */
class LogTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final int CODE_LENGTH = 9;

    private final LogLines lines = LogLines.of("io.github.pgmb");
    private final Received received = new Received();
    private TestNode node;

    @BeforeEach
    void newNode() throws Exception {
        execute("drop schema if exists pgmb cascade");
        node = new TestNode(DATABASE.dataSource());
    }

    @AfterEach
    void stop() {
        node.close();
        lines.close();
    }

    private static void execute(String sql) throws Exception {
        try (var connection = DATABASE.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void started() {
        node.start();
        await(() -> node.engine().status().groups().stream().allMatch(GroupStatus::ownedHere));
    }

    private List<String> codes() {
        return lines.said().stream().map(line -> line.substring(0, CODE_LENGTH)).toList();
    }

    @Test
    void theStartTellsVersionDatabaseSchemaAndHandlers() {
        node.onTopic("a", "t", received).onTopic("b", "other.*", received);
        started();
        assertThat(codes()).containsExactly("PGMB-0207", "PGMB-0402", "PGMB-0402");
        assertThat(lines.said().get(0))
                .matches(
                        "PGMB-0207: PGMB \\d+\\.\\d+\\.\\d+(-SNAPSHOT)? on node \\S+ uses PostgreSQL \\d+\\S*, database "
                                + DATABASE.name() + " as \\w+, schema pgmb \\d+\\.\\d+\\.\\d+ \\(installed now\\)");
        assertThat(lines.said().get(1)).isEqualTo("PGMB-0402: handler a (Test.a) receives topics t as group test:a");
        assertThat(lines.said().get(2)).contains("handler b (Test.b)", "topics other.*", "group test:b");
    }

    @Test
    void thenItIsQuiet() {
        node.onTopic("a", "t", received);
        started();
        var atStart = lines.said().size();
        for (var n = 1; n <= 50; n++) {
            node.publish("t", "1");
        }
        received.awaitCount(50);
        Received.pause(1500);
        node.close();
        assertThat(lines.said()).hasSize(atStart);
    }

    /** A handler with an endless condition delays another one by a few time limits, and the node stays ready. */
    @Test
    void aConditionInQuarantineIsMentionedOnce() throws Exception {
        node.onTopic("a", "t", received)
                .handler(
                        "b",
                        new Interest(List.of(), "public.endless()", "{}"),
                        Unit.EVENT,
                        Acknowledging.AFTER_RETURN,
                        received);
        execute("create or replace function public.endless() returns boolean language plpgsql stable as"
                + " 'begin perform pg_sleep(60); return true; end'");
        started();
        execute("update pgmb.config set value = '300 ms' where id = 'condition_time_limit'");
        node.publish("t", "1");
        received.awaitCount(1);
        await(() -> codes().contains("PGMB-0407"));
        var status = node.engine().status();
        assertThat(status.groups().get(1).quarantine())
                .hasValueSatisfying(reason -> assertThat(reason).matches("time limit: ran \\d+ ms without an end"));
        assertThat(status.problem()).isEmpty();
        assertThat(status.groups().get(0).quarantine()).isEmpty();
        Received.pause(1000);
        assertThat(codes()).containsOnlyOnce("PGMB-0407").doesNotContain("PGMB-0304");
        assertThat(lines.said())
                .anySatisfy(
                        line -> assertThat(line)
                                .startsWith(
                                        "PGMB-0407: the condition of handler b (Test.b) is in quarantine, it receives nothing new: "));
    }

    @Test
    void aGroupThatAnotherNodeHasTakenIsMentionedOnce() throws Exception {
        var entered = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        node.onTopic("a", "t", events -> {
            entered.countDown();
            release.await();
        });
        started();
        node.publish("t", "1");
        entered.await();
        execute("insert into pgmb.nodes (node, lease) values ('another', '1 hour')");
        execute("update pgmb.group_owner set node = 'another', epoch = epoch + 1");
        release.countDown();
        await(() -> codes().contains("PGMB-0302"));
        Received.pause(1000);
        assertThat(codes()).containsOnlyOnce("PGMB-0302").doesNotContain("PGMB-0401");
    }

    @Test
    void aFailureTellsItsAttemptAndWhenItIsTriedAgainAndThatItIsADeadLetterInTheEnd() {
        var twice = new RetryPlan.Delays(List.of(Duration.ofMillis(50), Duration.ofMillis(60)));
        node.onTopic("a", "t", new FailurePolicy(twice, List.of(), false, Optional.empty()), events -> {
            throw new IllegalStateException("on purpose");
        });
        started();
        var atStart = lines.said().size();
        var event = "event " + node.publish("t", "1").get(0) + " of topic t";
        await(() -> codes().contains("PGMB-0409"));
        var failed = "PGMB-0401: handler a (Test.a) failed on " + event + ", attempt ";
        var reason = ": java.lang.IllegalStateException: on purpose";
        assertThat(lines.said().subList(atStart, lines.said().size()))
                .containsExactly(
                        failed + "1 of 3; tried again in 50 ms; other handlers are not affected" + reason,
                        failed + "2 of 3; tried again in 60 ms; other handlers are not affected" + reason,
                        "PGMB-0409: " + event
                                + " is a dead letter of handler a (Test.a) now (attempts, after 3 attempts)" + reason);
        assertThat(lines.thrown())
                .as("traces, of the first attempt and the last")
                .hasSize(2);
    }

    @Test
    void whatIsNotTheHandlersFaultIsNoAttempt() {
        var calls = new AtomicInteger();
        node.onTopic("a", "t", events -> {
            if (calls.incrementAndGet() == 1) {
                throw new SQLException("cut", "08006");
            }
            received.handle(events);
        });
        started();
        node.publish("t", "1");
        received.awaitCount(1);
        assertThat(codes()).containsOnlyOnce("PGMB-0408").doesNotContain("PGMB-0401", "PGMB-0409");
    }

    @Test
    void aTransactionThatAHandlerLeavesOpenIsAFailure() {
        var calls = new AtomicInteger();
        node.onTopic("a", "t", events -> {
            if (calls.incrementAndGet() == 1) {
                node.transactions().begin();
                node.execute("create table never_committed()");
            } else {
                received.handle(events);
            }
        });
        started();
        node.publish("t", "1");
        received.awaitCount(1);
        assertThat(lines.thrown()).singleElement().asString().contains("PGMB-0406");
        assertThat(codes()).containsOnlyOnce("PGMB-0401");
        assertThat(DATABASE.dataSource()).satisfies(database -> {
            try (var connection = database.getConnection();
                    var query = connection.createStatement();
                    var row = query.executeQuery("select to_regclass('never_committed')")) {
                row.next();
                assertThat(row.getString(1)).isNull();
            }
        });
    }

    @Test
    void aHandlerThatCannotBeStoppedIsNamed() {
        var base = TestNode.settings();
        node.with(new Settings(
                "test",
                base.pollEventsInterval(),
                base.readEventsInterval(),
                1000,
                base.tableMaintenanceInterval(),
                base.lease(),
                2,
                Duration.ofMillis(100),
                base.schemaMigration()));
        var stubborn = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        node.onTopic("a", "t", events -> {
            entered.countDown();
            while (stubborn.getCount() > 0) {
                LockSupport.parkNanos(1_000_000);
            }
        });
        started();
        node.publish("t", "1");
        await(() -> entered.getCount() == 0);
        node.close();
        stubborn.countDown();
        assertThat(lines.said()).last().asString().startsWith("PGMB-0404: handlers of test did not end");
    }

    @Test
    void aNodeThatCannotHandOverSaysWhatFollows() {
        try (var server = PostgresServer.builder().start()) {
            var dataSource = new PGSimpleDataSource();
            dataSource.setURL(server.jdbcUrl("postgres", PostgresServer.SUPERUSER));
            node = new TestNode(dataSource).onTopic("a", "t", received);
            started();
            server.kill();
            node.close();
        }
        assertThat(codes()).endsWith("PGMB-0303");
    }

    @Test
    void aThreadFactoryThatGivesNoThreadIsNamed() {
        node.threads(task -> null);
        assertThat(catchThrowable(node::start)).hasMessageStartingWith("PGMB-0301: the thread factory gives no thread");
    }

    @Test
    void aHandlerOfTheSameTopicButAnotherUnitHasALineOfItsOwn() {
        node.handler("a", new Interest(List.of(), "true", "{}"), Unit.BATCH, Acknowledging.AFTER_RETURN, received);
        started();
        assertThat(lines.said()).last().asString().contains("receives all topics where true as group test:a");
    }
}
