package io.github.pgmb.it.faults;

import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.AFTER_RETURN;
import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.IN_TRANSACTION;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.EVENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.faults.Ledgers.Delivery;
import io.github.pgmb.it.faults.Rig.Options;
import io.github.pgmb.it.faults.node.HandlerSpec;
import io.github.pgmb.it.faults.node.Message;
import io.github.pgmb.it.faults.node.Message.Risk;
import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.LongForm;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** One event in a hundred is poison, one call in ten fails, and some retries are days ahead: none of it concerns the other events. */
@Order(6)
class PoisonIT {

    private static final int ROUNDS = LongForm.or(2, 30);
    private static final int EVENTS_A_ROUND = 300;
    private static final int POISON_ONE_IN = 100;
    private static final long INTERVAL_MS = 8;
    /** Medians are this close by chance, whatever their ratio. */
    private static final long NOISE_MS = 5;

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final HandlerSpec FLAKY = HandlerSpec.of("flaky", EVENT, IN_TRANSACTION)
            .failing(10)
            .retriedAfter(
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(200),
                    Duration.ofMillis(400),
                    Duration.ofMillis(800),
                    Duration.ofMillis(800),
                    Duration.ofMillis(800));
    private static final HandlerSpec PATIENT = HandlerSpec.of("patient", EVENT, AFTER_RETURN)
            .retriedAfter(Duration.ofMillis(50), Duration.ofDays(3), Duration.ofDays(7));
    private static final HandlerSpec PROMPT =
            HandlerSpec.of("prompt", EVENT, IN_TRANSACTION).retriedAfter(Duration.ofMillis(50));
    private static final Options OPTIONS =
            new Options("poison", Duration.ofSeconds(3), 0, 1, Duration.ZERO, 100, List.of(FLAKY, PATIENT, PROMPT));

    private final Set<String> poison = new HashSet<>();
    private final Set<String> withoutFailures = new HashSet<>();
    private final Set<String> amongFailures = new HashSet<>();
    private int sent;

    @Test
    void poisonIsADeadLetterAndOthersAreNotDelayed() throws Exception {
        Rig.run(OPTIONS, rig -> {
            rig.start();
            for (var round = 0; round < ROUNDS; round++) {
                publish(rig, Risk.CALM, withoutFailures);
                publish(rig, Risk.NORMAL, amongFailures);
            }
            isTriedDaysLater(rig);
            for (var handler : OPTIONS.handlers()) {
                Eventually.within(
                        LIMIT, () -> assertThat(deadLetters(rig, handler)).containsExactlyInAnyOrderElementsOf(poison));
            }
            assertThat(attempts(rig)).containsExactlyInAnyOrder("flaky 8", "patient 4", "prompt 2");
            assertHealthyInTime(rig.ledgers());
            isRedriven(rig);
            rig.stop();
        });
    }

    private void publish(Rig rig, Risk risk, Set<String> healthy) throws SQLException, InterruptedException {
        try (var connection = rig.postgres().superuser(Rig.DATABASE).getConnection();
                var insert = connection.prepareStatement(
                        "insert into pgmb.events (topic, payload) values ('faults', ?::jsonb) returning id")) {
            for (var n = 0; n < EVENTS_A_ROUND; n++, sent++) {
                var isPoison = risk != Risk.CALM && n % POISON_ONE_IN == 0;
                var message = new Message("test", sent, sent, System.nanoTime(), isPoison ? Risk.POISON : risk);
                insert.setString(1, message.toJson());
                try (var row = insert.executeQuery()) {
                    row.next();
                    (isPoison ? poison : healthy).add(row.getString(1));
                }
                Thread.sleep(INTERVAL_MS);
            }
        }
    }

    /** The days pass at once. */
    private void isTriedDaysLater(Rig rig) {
        for (var days : List.of(3, 7)) {
            Eventually.within(
                    LIMIT,
                    () -> assertThat(rig.database().list("""
                            select event_ids[1] from pgmb.retry_status
                            where group_id = 'faults:patient' and next_attempt_at > now() + ? * interval '23 hours'""", days)).containsExactlyInAnyOrderElementsOf(poison));
            rig.database().execute("""
                    update pgmb.retries set due_at = due_at - ? * interval '1 day' where due_at > now() + interval '1 day'""", days);
        }
    }

    private static List<String> deadLetters(Rig rig, HandlerSpec handler) {
        return rig.database()
                .list("select event_id from pgmb.dead_letters where group_id = 'faults:' || ?", handler.name());
    }

    private static List<String> attempts(Rig rig) {
        return rig.database().list("""
                select distinct substr(group_id, 8) || ' ' || attempts from pgmb.dead_letters where reason = 'attempts'""");
    }

    private void assertHealthyInTime(Ledgers ledgers) {
        for (var handler : List.of(FLAKY, PATIENT, PROMPT)) {
            var before = latencies(ledgers, handler, withoutFailures);
            var among = latencies(ledgers, handler, amongFailures);
            System.out.printf(
                    "== poison, handler %s: median %.1f ms without failures, %.1f ms among them; p99 %.1f and %.1f ms%n",
                    handler.name(), at(before, 50), at(among, 50), at(before, 99), at(among, 99));
            assertThat(at(among, 50)).isLessThanOrEqualTo(2 * at(before, 50) + NOISE_MS);
        }
    }

    /** Of those that did not fail, in ms. */
    private static List<Long> latencies(Ledgers ledgers, HandlerSpec handler, Set<String> events) {
        return ledgers.deliveries().stream()
                .filter(d -> d.handler().equals(handler.name())
                        && d.position() > 0
                        && d.acked()
                        && events.contains(d.eventId()))
                .map(Delivery::latency)
                .sorted()
                .toList();
    }

    private static double at(List<Long> sorted, int percent) {
        return sorted.get(sorted.size() * percent / 100) / 1e6;
    }

    private void isRedriven(Rig rig) throws IOException {
        rig.database().execute("insert into faults.mended default values");
        for (var handler : OPTIONS.handlers()) {
            assertThat(rig.database().value("select pgmb.redrive_dead_letters('faults:' || ?)", handler.name()))
                    .isEqualTo(Integer.toString(poison.size()));
        }
        Eventually.within(
                LIMIT,
                () -> assertThat(rig.database().list("select event_id from pgmb.dead_letters"))
                        .isEmpty());
        var checker = new Checker(rig, rig.ledgers());
        checker.effectsAreThereOnce();
        assertThat(checker.findingsSoFar()).isEmpty();
    }
}
