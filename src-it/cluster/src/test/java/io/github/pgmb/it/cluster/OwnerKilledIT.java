package io.github.pgmb.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The owner of all groups dies. */
@org.junit.jupiter.api.Order(4)
@ExtendWith(ClusterExtension.class)
class OwnerKilledIT {

    private static final String NAME = "KILLED";
    private static final int ORDERS = 80;
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(30);
    private static final double ALLOWED_S = Cluster.LEASE.plusSeconds(2).toMillis() / 1000.0;

    @Test
    void the_other_takes_over_in_time_and_nothing_is_lost(Cluster cluster)
            throws InterruptedException, ExecutionException {
        var shop = cluster.shop();
        var victim = cluster.owner(Shop.INVOICING);
        var survivor = cluster.otherThan(victim);
        shop.handlersTake(50, 5);
        try (var load = cluster.load(Order.several(NAME, ORDERS), Duration.ofMillis(100))) {
            Thread.sleep(BEFORE.toMillis());
            var killedAt = shop.now();
            cluster.kill(victim);
            Waiting.until(
                    TAKEOVER_LIMIT, shop::standing, () -> shop.ownedBy(survivor).size() == 2);
            var takenAt = shop.takenAt(Shop.INVOICING);
            Waiting.until(TAKEOVER_LIMIT, shop::standing, () -> shop.firstInvoiceAfter(takenAt) > 0);
            var invoicing = takenAt - killedAt;
            var stock = shop.takenAt(Shop.STOCK) - killedAt;
            var invoice = shop.firstInvoiceAfter(takenAt) - killedAt;
            victim.startAgain();
            Summary.print(
                    "owner killed",
                    "taken over after %.2f s and %.2f s, first invoice after %.2f s (lease %d s)",
                    invoicing,
                    stock,
                    invoice,
                    Cluster.LEASE.toSeconds());
            assertThat(invoicing).isLessThan(ALLOWED_S);
            assertThat(stock).isLessThan(ALLOWED_S);
            assertThat(invoice).isLessThan(ALLOWED_S);
            load.join();
        }
        cluster.verify();
        Summary.print("owner killed", "%s", cluster.ledger().summary(NAME));
    }
}
