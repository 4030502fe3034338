package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling.StoredHandling;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a handler that fails, or takes long, is kept from holding up what is new, other handlers, and the database. */
class FairHandlersTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final Duration SOON = Duration.ofMillis(50);
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

    private void start(Acknowledging acknowledging, FailurePolicy policy, StoredHandling handling) {
        node.handler(TestHandlers.onTopic("t", Unit.EVENT, acknowledging, policy, handling))
                .owning();
    }

    /** More of it is due at any time than can be handled. */
    @ParameterizedTest
    @EnumSource
    void whatFailsAgainAndAgainKeepsNothingNewWaiting(Acknowledging acknowledging) {
        var failures = new AtomicInteger();
        var plan = new RetryPlan.Exponential(SOON, 1, SOON, 0, Integer.MAX_VALUE);
        start(acknowledging, new FailurePolicy(plan, List.of(), false, Optional.empty()), events -> {
            if (events.get(0).payload().equals("-1")) {
                Thread.sleep(50);
                failures.incrementAndGet();
                throw new IllegalStateException("on purpose");
            }
            received.handle(events);
        });
        node.publish(
                "t",
                IntStream.range(0, 80).mapToObj(n -> n % 2 == 0 ? "-1" : "1").toArray(String[]::new));
        await(() -> received.payloads().size() == 40);
        await(() -> failures.get() > 60);
        var before = failures.get();
        node.publish("t", "2");
        await(() -> received.payloads().contains("2"));
        assertThat(failures.get() - before).isLessThan(40);
    }

    /** Else neither it nor what is due after it would ever be done with. */
    @ParameterizedTest
    @EnumSource
    void aRetryThatIsAlwaysInSomebodysWayIsCountedAlsoIfWhatIsNewSucceeds(Acknowledging acknowledging) {
        var failed = ConcurrentHashMap.<String>newKeySet();
        start(acknowledging, after(SOON, SOON), events -> {
            var payload = events.get(0).payload();
            if (payload.equals("-1")) {
                throw new SQLException("deadlock detected", "40P01");
            }
            if (payload.equals("1") && failed.add("1")) {
                throw new IllegalStateException("on purpose");
            }
            received.handle(events);
        });
        node.publish("t", "-1", "1");
        await(Duration.ofSeconds(30), () -> {
            node.publish("t", "2");
            Received.pause(100);
            return sql.count("pgmb.dead_letters") == 1 && received.payloads().contains("1");
        });
    }

    /** Nor does what is new keep retries waiting. */
    @ParameterizedTest
    @EnumSource
    void retriesThatCannotBeReadKeepNothingNewWaiting(Acknowledging acknowledging) {
        var failed = ConcurrentHashMap.<String>newKeySet();
        start(acknowledging, after(SOON), events -> {
            if (failed.add("once")) {
                throw new IllegalStateException("on purpose");
            }
            received.handle(events);
        });
        sql.execute("alter function pgmb.read_retries rename to hidden");
        node.publish("t", "1");
        sql.awaitCount("pgmb.retries", 1);
        node.publish("t", "2", "3");
        received.awaitCount(2);
        sql.execute("alter function pgmb.hidden rename to read_retries");
        received.awaitCount(3);
        assertThat(received.payloads()).containsExactly("2", "3", "1");
    }

    @Test
    void aHandlerThatAlwaysFailsIsSlowedDown() {
        var calls = new ConcurrentLinkedQueue<Long>();
        start(Acknowledging.AFTER_RETURN, after(NEVER), events -> {
            calls.add(System.nanoTime());
            throw new IllegalStateException("on purpose");
        });
        node.publish("t", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10");
        sql.awaitCount("pgmb.retries", 10);
        var at = List.copyOf(calls);
        for (var call = 5; call < 10; call++) {
            assertThat(Duration.ofNanos(at.get(call) - at.get(call - 1)))
                    .as("pause before call " + (call + 1))
                    .isGreaterThan(Duration.ofMillis(190));
        }
    }

    /** Only one that never gets through is taken for a failure of the handler. */
    @ParameterizedTest
    @EnumSource
    void whatIsInSomebodysWayNowAndThenIsNoFailure(Acknowledging acknowledging) {
        var met = ConcurrentHashMap.<String>newKeySet();
        start(acknowledging, after(), events -> {
            if (met.add(events.get(0).id())) {
                throw new SQLException("deadlock detected", "40P01");
            }
            received.handle(events);
        });
        var ids = node.publish("t", "1", "2", "3", "4", "5", "6");
        received.awaitCount(6);
        assertThat(received.ids()).containsExactlyElementsOf(ids);
        assertThat(sql.count("pgmb.dead_letters")).isZero();
    }

    @Test
    void aSlowHandlerDoesNotStopOthersOnFewThreads() {
        var base = TestNode.settings();
        node.with(new Settings(
                "test",
                base.pollEventsInterval(),
                base.readEventsInterval(),
                1000,
                base.tableMaintenanceInterval(),
                base.lease(),
                2,
                Duration.ZERO,
                base.schemaMigration()));
        var stuck = new CountDownLatch(1);
        node.onTopic("stuck", "t", events -> stuck.await());
        var others = new Received[20];
        for (var n = 0; n < others.length; n++) {
            others[n] = new Received();
            node.handler(
                    "other-" + n,
                    new Interest(List.of("t"), "", "{}"),
                    n % 2 == 0 ? Unit.EVENT : Unit.BATCH,
                    n % 3 == 0 ? Acknowledging.AFTER_RETURN : Acknowledging.IN_TRANSACTION,
                    others[n]);
        }
        node.owning();
        for (var n = 0; n < 20; n++) {
            node.publish("t", "1", "2");
        }
        for (var other : others) {
            other.awaitCount(40);
        }
        stuck.countDown();
    }
}
