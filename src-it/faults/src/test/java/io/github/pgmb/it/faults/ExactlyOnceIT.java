package io.github.pgmb.it.faults;

import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.IN_TRANSACTION;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.BATCH;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.EVENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.faults.Faults.Kind;
import io.github.pgmb.it.faults.Faults.Planned;
import io.github.pgmb.it.faults.Rig.Options;
import io.github.pgmb.it.faults.node.HandlerSpec;
import io.github.pgmb.test.postgres.LongForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Effects of handlers in transactions, while nodes and PostgreSQL are killed and owners frozen, some transactions take too long,
 * and the outcomes of some commits do not become known.
 */
@Order(3)
class ExactlyOnceIT {

    private static final int EVENTS = LongForm.or(1_800, 10_000);
    private static final int CUTS = 1_000;
    private static final int COMMITS_TO_ONE_CUT = 100;
    private static final Duration INTERVAL = Duration.ofMillis(3_500);
    private static final Options OPTIONS = new Options(
            "exactly-once",
            Duration.ofSeconds(2),
            0,
            1,
            Duration.ZERO,
            10,
            List.of(
                    HandlerSpec.of("each", EVENT, IN_TRANSACTION)
                            .working(Duration.ofMillis(4))
                            .timingOutAfter(1),
                    HandlerSpec.of("each-flaky", EVENT, IN_TRANSACTION)
                            .working(Duration.ofMillis(4))
                            .failing(3),
                    HandlerSpec.of("batches", BATCH, IN_TRANSACTION)
                            .working(Duration.ofMillis(40))
                            .timingOutAfter(1),
                    HandlerSpec.of("batches-split", BATCH, IN_TRANSACTION)
                            .working(Duration.ofMillis(8))
                            .splitting()
                            .failing(3)));

    @Test
    void everyEffectIsThereOnce() throws Exception {
        Rig.run(OPTIONS, rig -> {
            rig.start();
            publish(rig);
            var cuts = new CommitCuts(rig.chance(), CUTS, COMMITS_TO_ONE_CUT);
            rig.nodes().forEach(node -> node.network().cutCommits(cuts));
            rig.faults().carryOut(schedule(rig));
            rig.nodes().forEach(node -> node.network().cutCommits(CommitCuts.NONE));
            var drained = rig.awaitDrained();
            rig.stop();
            var checker = new Checker(rig, rig.ledgers());
            assertThat(checker.findings()).isEmpty();
            assertThat(checker.events()).isEqualTo(EVENTS);
            assertThat(cuts.after()).isPositive();
            System.out.printf(
                    "== exactly once: %d events, 4 handlers; commits cut: %d before, %d after the server had committed; drained after"
                            + " %d ms%n",
                    EVENTS, cuts.before(), cuts.after(), drained.toMillis());
        });
    }

    private static void publish(Rig rig) {
        rig.database().execute("""
                insert into pgmb.events (topic, payload)
                select 'faults', jsonb_build_object('p', 'test/' || n % 3, 'b', n / 3, 'n', n, 'at', 0, 'risk', 'NORMAL')
                from generate_series(0, ?) n""", EVENTS - 1);
    }

    /** Mostly the owner: it is the one at work. */
    private static List<Planned> schedule(Rig rig) {
        var planned = new ArrayList<Planned>();
        var at = Duration.ofSeconds(2);
        for (var round = 0; round < LongForm.or(1, 5); round++) {
            for (var kind : rig.chance()
                    .shuffled(List.of(
                            Kind.NODE_KILL, Kind.NODE_KILL, Kind.POSTGRES_KILL, Kind.POSTGRES_KILL, Kind.FREEZE))) {
                var length = kind == Kind.FREEZE ? Duration.ofSeconds(5) : Duration.ofMillis(500);
                planned.add(new Planned(at.plusMillis(rig.chance().upTo(1_000)), kind, true, length));
                at = at.plus(INTERVAL);
            }
        }
        return planned;
    }
}
