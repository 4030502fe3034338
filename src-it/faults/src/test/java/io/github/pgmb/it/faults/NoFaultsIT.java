package io.github.pgmb.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.faults.Ledgers.Delivery;
import io.github.pgmb.it.faults.Rig.Options;
import io.github.pgmb.test.postgres.LongForm;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Without a fault, nothing is even repeated: what the other tests find is the faults' doing. */
@Order(1)
class NoFaultsIT {

    private static final Options OPTIONS =
            new Options("no-faults", Duration.ofSeconds(3), 2, 20, Duration.ofMillis(50), 100, AllHandlers.sound());

    @Test
    void eachEventIsHandledOnceInOrder() throws Exception {
        Rig.run(OPTIONS, rig -> {
            rig.start();
            try (var watch = new Watch(rig.database())) {
                Thread.sleep(LongForm.or(6, 60) * 1000L);
                rig.quiet();
                rig.awaitDrained();
                rig.stop();
                var ledgers = rig.ledgers();
                var checker = new Checker(rig, ledgers);
                checker.acknowledgedIsNotDelivered(watch);
                assertThat(checker.findings()).isEmpty();
                assertThat(ledgers.count("UNKNOWN")).isZero();
                var calls = ledgers.deliveries().stream()
                        .collect(Collectors.groupingBy(Delivery::handler, Collectors.counting()));
                assertThat(calls.values()).allMatch(count -> count == checker.events());
                assertThat(checker.events()).isPositive();
                System.out.printf("== no faults: %s, %d events%n", ledgers.summary(), checker.events());
            }
        });
    }
}
