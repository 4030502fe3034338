package io.github.pgmb.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.cluster.Ledger.Outcome;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two healthy nodes. */
@org.junit.jupiter.api.Order(1)
@ExtendWith(ClusterExtension.class)
class NoFaultsIT {

    private static final String NAME = "CALM";
    private static final int ORDERS = 200;

    @Test
    void each_event_is_handled_once_and_each_group_has_one_owner(Cluster cluster)
            throws InterruptedException, ExecutionException {
        var shop = cluster.shop();
        var start = System.nanoTime();
        try (var load = cluster.load(Order.several(NAME, ORDERS), Duration.ofMillis(20))) {
            load.join();
        }
        cluster.verify();
        assertThat(cluster.ledger().count(NAME, Outcome.ACCEPTED)).isEqualTo(ORDERS);
        assertThat(shop.invoices()).isEqualTo(ORDERS);
        // Not even an attempt was made twice.
        assertThat(shop.invoiceAttempts()).isEqualTo(ORDERS);
        assertThat(shop.reservationAttempts()).isEqualTo(ORDERS);
        assertThat(shop.liveNodes())
                .hasSize(2)
                .allSatisfy(name -> assertThat(cluster.nodes()).anyMatch(node -> node.isNamed(name)));
        assertThat(shop.ownedGroups()).containsExactly(Shop.INVOICING, Shop.STOCK);
        Summary.print(
                "no faults", "%s in %d ms", cluster.ledger().summary(NAME), (System.nanoTime() - start) / 1_000_000);
    }
}
