package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static io.github.pgmb.internal.engine.TestHandlers.after;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.pgmb.DeadLetter;
import io.github.pgmb.DeadLetter.Cause;
import io.github.pgmb.DeadLetter.Reason;
import io.github.pgmb.DeadLetterSelection;
import io.github.pgmb.DeadLetters;
import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.GroupFailures;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What applications do about the events that their handlers failed on for good. */
class DeadLettersTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final TestSql sql = new TestSql(DATABASE);
    private final Received received = new Received();
    private final AtomicBoolean failing = new AtomicBoolean(true);
    private TestNode node;
    private DeadLetters letters;

    @BeforeEach
    void emptyDatabase() {
        sql.withoutSchema();
        node = new TestNode(DATABASE.dataSource());
        letters = new EngineDeadLetters(node.transactions()::dataSource, () -> Optional.of("test"));
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private List<String> failOn(Acknowledging acknowledging, String... payloads) {
        node.handler(TestHandlers.onTopic("t", Unit.EVENT, acknowledging, after(Duration.ZERO), events -> {
                    if (failing.get()) {
                        throw new IllegalStateException("broken", new Exception("deeper"));
                    }
                    received.handle(events);
                }))
                .owning();
        var ids = node.publish("t", payloads);
        sql.awaitCount("pgmb.dead_letters", payloads.length);
        return ids;
    }

    private static DeadLetterSelection all() {
        return DeadLetterSelection.all("a");
    }

    @Test
    void areListedWithAllThatIsKnown() {
        var before = Instant.now();
        var ids = failOn(Acknowledging.AFTER_RETURN, "{\"n\": 1}");
        var letter = letters.list("a", 10).get(0);
        assertThat(letter)
                .usingRecursiveComparison()
                .ignoringFields("causes", "firstFailedAt", "failedAt")
                .isEqualTo(new DeadLetter(
                        "a",
                        ids.get(0),
                        "t",
                        "{\"n\": 1}",
                        Optional.empty(),
                        Reason.ATTEMPTS,
                        "java.lang.IllegalStateException: broken",
                        List.of(),
                        2,
                        before,
                        before,
                        Optional.empty()));
        assertThat(letter.causes())
                .extracting(Cause::type, Cause::message)
                .containsExactly(
                        tuple("java.lang.IllegalStateException", "broken"), tuple("java.lang.Exception", "deeper"));
        assertThat(letter.causes().get(0).at()).contains("DeadLettersTest");
        assertThat(letter.firstFailedAt()).isBetween(before, letter.failedAt());
    }

    @Test
    void areListedInPages() {
        var ids = failOn(Acknowledging.AFTER_RETURN, "1", "2", "3");
        var first = letters.list("a", 2);
        assertThat(first).extracting(DeadLetter::eventId).containsExactly(ids.get(0), ids.get(1));
        assertThat(letters.list("a", ids.get(1), 2))
                .extracting(DeadLetter::eventId)
                .containsExactly(ids.get(2));
        assertThat(letters.list("a", ids.get(2), 2)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void areNoneAnyMoreOnceTheyHaveBeenHandled(Acknowledging acknowledging) {
        failOn(acknowledging, "1", "2", "3");
        failing.set(false);
        assertThat(letters.count(all())).isEqualTo(3);
        assertThat(letters.redrive(all())).isEqualTo(3);
        received.awaitCount(3);
        sql.awaitCount("pgmb.dead_letters", 0);
        assertThat(received.payloads()).containsExactly("1", "2", "3");
        assertThat(sql.count("pgmb.retries")).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void areDeadLettersAgainIfTheyFailOnceMore(Acknowledging acknowledging) {
        var ids = failOn(acknowledging, "1");
        assertThat(letters.redrive(all())).isEqualTo(1);
        await(() -> letters.list("a", 10).get(0).attempts() == 4);
        await(() -> sql.count("pgmb.retries") == 0);
        var letter = letters.list("a", 10).get(0);
        assertThat(letter.eventId()).isEqualTo(ids.get(0));
        assertThat(letter.nextAttemptAt()).isEmpty();
        assertThat(letters.count(all())).isEqualTo(1);
    }

    @Test
    void areHandledOnceMoreFromTheirCopyWhenTheLogIsGone() {
        failOn(Acknowledging.IN_TRANSACTION, "{\"kept\": true}");
        sql.execute("truncate pgmb.events");
        failing.set(false);
        letters.redrive(all());
        received.awaitCount(1);
        assertThat(received.payloads()).containsExactly("{\"kept\": true}");
    }

    @Test
    void areRedrivenOneOrSome() {
        var ids = failOn(Acknowledging.AFTER_RETURN, "1", "2", "3", "4");
        failing.set(false);
        assertThat(letters.redrive(DeadLetterSelection.of("a", List.of()))).isZero();
        assertThat(letters.redrive(DeadLetterSelection.of("a", List.of(ids.get(2), "none"))))
                .isEqualTo(1);
        received.awaitCount(1);
        assertThat(letters.redrive(all().atMost(2))).isEqualTo(2);
        received.awaitCount(3);
        assertThat(received.payloads()).containsExactly("3", "1", "2");
        await(() -> letters.list("a", 10).size() == 1);
    }

    @Test
    void areRedrivenAtARate() {
        failOn(Acknowledging.AFTER_RETURN, "1", "2", "3");
        assertThat(letters.redrive(all(), 0.001)).isEqualTo(3);
        var next = letters.list("a", 10).stream()
                .skip(1)
                .map(letter -> letter.nextAttemptAt().orElseThrow())
                .toList();
        assertThat(Duration.between(next.get(0), next.get(1))).isEqualTo(Duration.ofSeconds(1000));
        await(() -> letters.list("a", 10).get(0).attempts() == 4);
        // The first one is one again; the others are still being redriven.
        assertThat(letters.count(all())).isEqualTo(1);
        assertThat(letters.discard(all())).isEqualTo(1);
        assertThat(letters.list("a", 10)).hasSize(2);
    }

    @Test
    void areCountedForHealthTogetherWithRetries() {
        var base = TestNode.settings();
        node.with(new Settings(
                "test",
                base.pollEventsInterval(),
                base.readEventsInterval(),
                1000,
                Duration.ofMillis(200),
                base.lease(),
                4,
                base.drainTimeout(),
                base.schemaMigration()));
        node.onTopic("waiting", "t", after(Duration.ofHours(1)), events -> {
            throw new IllegalStateException("broken");
        });
        failOn(Acknowledging.AFTER_RETURN, "1", "2");
        await(() -> node.engine().status().failures().stream()
                        .filter(group ->
                                group.deadLetters() == 2 || group.groupId().equals("test:waiting"))
                        .count()
                == 2);
        var failures = node.engine().status().failures();
        assertThat(failures)
                .extracting(GroupFailures::groupId, GroupFailures::retries, GroupFailures::deadLetters)
                .containsExactlyInAnyOrder(tuple("test:a", 0L, 2L), tuple("test:waiting", 2L, 0L));
        var waiting = failures.stream()
                .filter(group -> group.retries() > 0)
                .findFirst()
                .orElseThrow();
        assertThat(waiting.nextRetryError()).contains("java.lang.IllegalStateException: broken");
        assertThat(waiting.nextRetryAt().orElseThrow()).isAfter(Instant.now().plusSeconds(3000));
        failing.set(false);
        letters.redrive(all());
        await(() -> node.engine().status().failures().size() == 1);
    }

    @Test
    void areDiscarded() {
        var ids = failOn(Acknowledging.AFTER_RETURN, "1", "2", "3");
        assertThat(letters.discard(DeadLetterSelection.of("a", List.of(ids.get(1)))))
                .isEqualTo(1);
        assertThat(letters.discard(all().atMost(1))).isEqualTo(1);
        assertThat(letters.list("a", 10)).extracting(DeadLetter::eventId).containsExactly(ids.get(2));
    }

    @Test
    void areRedrivenAndDiscardedWithTheTransactionOfTheCaller() throws Exception {
        failOn(Acknowledging.AFTER_RETURN, "1", "2");
        failing.set(false);
        assertThatThrownBy(() -> node.transactions().inTransaction(Duration.ZERO, () -> {
                    assertThat(letters.redrive(all().atMost(1))).isEqualTo(1);
                    assertThat(letters.discard(all())).isEqualTo(1);
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(letters.count(all())).isEqualTo(2);
        node.transactions().inTransaction(Duration.ZERO, () -> letters.redrive(all()));
        received.awaitCount(2);
    }

    @Test
    void areNoneOfAHandlerThatHasNone() {
        failing.set(false);
        failOn(Acknowledging.AFTER_RETURN);
        assertThat(letters.list("a", 10)).isEmpty();
        assertThat(letters.count(all())).isZero();
        assertThat(letters.redrive(all())).isZero();
        assertThat(letters.discard(all())).isZero();
    }

    @Test
    void ofAnUnknownHandlerAreRefused() {
        failOn(Acknowledging.AFTER_RETURN);
        var unknown = DeadLetterSelection.all("A");
        List<ThrowingCallable> calls = List.of(
                () -> letters.list("A", 10),
                () -> letters.count(unknown),
                () -> letters.redrive(unknown),
                () -> letters.discard(unknown));
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isInstanceOf(PgmbException.class)
                        .hasMessageStartingWith("PGMB-0602")
                        .hasMessageContaining("handler A"));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1e-7, 1e7, Double.NaN, Double.POSITIVE_INFINITY})
    void cannotBeRedrivenAtSuchARate(double rate) {
        node.connected();
        assertThatThrownBy(() -> letters.redrive(all(), rate)).hasMessageStartingWith("PGMB-0603: the rate");
    }

    @Test
    void areBoundedInNumber() {
        node.connected();
        List<ThrowingCallable> calls = List.of(
                () -> letters.list("a", 0),
                () -> letters.list("a", 10_001),
                () -> letters.count(all().atMost(0)),
                () -> letters.redrive(all().atMost(-1)),
                () -> letters.discard(all().atMost(0)));
        assertThat(calls)
                .allSatisfy(call -> assertThatThrownBy(call).hasMessageStartingWith("PGMB-0603: the limit is "));
    }

    @Test
    void cannotBeFoundWithoutAGroupId() {
        node.connected();
        var nobody = new EngineDeadLetters(DATABASE::dataSource, Optional::empty);
        assertThatThrownBy(() -> nobody.list("a", 1)).hasMessageStartingWith("PGMB-0601");
    }

    @Test
    void sayWhatTheDatabaseSays() {
        node.connected();
        assertThatThrownBy(() -> letters.list("a", 1))
                .hasMessageStartingWith("PGMB-0604")
                .hasCauseInstanceOf(SQLException.class);
    }
}
