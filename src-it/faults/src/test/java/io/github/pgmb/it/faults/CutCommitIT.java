package io.github.pgmb.it.faults;

import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.AFTER_RETURN;
import static io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging.IN_TRANSACTION;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.BATCH;
import static io.github.pgmb.internal.engine.HandlerDefinition.Unit.EVENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.faults.Rig.Options;
import io.github.pgmb.it.faults.node.HandlerSpec;
import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.LongForm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Connections are cut between a COMMIT and its reply: half of them before the server has it, half after it has committed. */
@Order(4)
class CutCommitIT {

    private static final int CUTS = LongForm.or(60, 1_000);
    private static final Duration LIMIT = Duration.ofSeconds(LongForm.or(90, 900));
    private static final Options OPTIONS = new Options(
            "cut-commit",
            Duration.ofSeconds(3),
            4,
            10,
            Duration.ofMillis(40),
            20,
            List.of(
                    HandlerSpec.of("each", EVENT, IN_TRANSACTION),
                    HandlerSpec.of("batches", BATCH, IN_TRANSACTION),
                    HandlerSpec.of("each-flaky", EVENT, IN_TRANSACTION).failing(5),
                    HandlerSpec.of("batches-flaky", BATCH, IN_TRANSACTION)
                            .failing(5)
                            .splitting(),
                    HandlerSpec.of("after", BATCH, AFTER_RETURN)));

    @Test
    void batchesAreAllOrNothingAndEffectsAreThereOnce() throws Exception {
        Rig.run(OPTIONS, rig -> {
            rig.start();
            var ofHandlers = new CommitCuts(rig.chance(), CUTS, 5);
            var ofPublishers = new CommitCuts(rig.chance(), CUTS, 3);
            rig.nodes().forEach(node -> {
                node.network().cutCommits(ofHandlers);
                node.publisherNetwork().cutCommits(ofPublishers);
            });
            Eventually.within(LIMIT, () -> {
                assertThat(ofHandlers.areDone()).as("cuts of handlers").isTrue();
                assertThat(ofPublishers.areDone()).as("cuts of publishers").isTrue();
            });
            rig.quiet();
            rig.awaitDrained();
            rig.stop();
            var ledgers = rig.ledgers();
            var checker = new Checker(rig, ledgers);
            assertThat(checker.findings()).isEmpty();
            assertThat(checker.storedOfUnknown()).isEqualTo(ofPublishers.after());
            assertThat(ledgers.count("UNKNOWN")).isEqualTo(CUTS);
            System.out.printf(
                    "== cut commits: %s, of which %d are stored; handlers cut %d times before and %d after the server had committed%n",
                    ledgers.summary(), checker.storedOfUnknown(), ofHandlers.before(), ofHandlers.after());
        });
    }
}
