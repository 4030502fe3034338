package io.github.pgmb.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.faults.Rig.Options;
import io.github.pgmb.test.postgres.LongForm;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A random fault every five seconds, under load, with handlers of all kinds. */
@Order(2)
class SoakIT {

    private static final Options OPTIONS = new Options(
            "soak",
            Duration.ofSeconds(3),
            2,
            20,
            Duration.ofMillis(150),
            100,
            Stream.concat(AllHandlers.sound().stream(), AllHandlers.flaky().stream())
                    .toList());
    private static final Duration LONGEST_HOLE = Duration.ofSeconds(LongForm.or(9, 15));
    private static final Duration LONGEST_FREEZE = Duration.ofSeconds(LongForm.or(9, 30));

    @Test
    void nothingIsLostAndNoEffectIsThereTwice() throws Exception {
        Rig.run(OPTIONS, rig -> {
            rig.start();
            try (var watch = new Watch(rig.database())) {
                rig.faults()
                        .carryOut(Faults.plan(
                                rig.chance(),
                                Duration.ofSeconds(LongForm.or(60, 600)),
                                Duration.ofSeconds(5),
                                LONGEST_HOLE,
                                LONGEST_FREEZE));
                rig.quiet();
                var drained = rig.awaitDrained();
                rig.stop();
                var ledgers = rig.ledgers();
                var checker = new Checker(rig, ledgers);
                checker.acknowledgedIsNotDelivered(watch);
                assertThat(checker.findings()).isEmpty();
                System.out.printf(
                        "== soak: %s, %d events, %d deliveries, drained after %d ms%n",
                        ledgers.summary(),
                        checker.events(),
                        ledgers.deliveries().size(),
                        drained.toMillis());
            }
        });
    }
}
