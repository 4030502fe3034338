package io.github.pgmb.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.cluster.Ledger.Outcome;
import io.github.pgmb.test.postgres.LongForm;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes die at any moment, also both at once, and are started again. */
@org.junit.jupiter.api.Order(5)
@ExtendWith(ClusterExtension.class)
class RandomKillsIT {

    private static final String NAME = "STORM";
    private static final Duration DURATION = Duration.ofSeconds(LongForm.or(45, 600));
    private static final Duration INTERVAL = Duration.ofMillis(90);
    private static final Duration LONGEST_CALM = Duration.ofSeconds(4);
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final int LEAST_KILLS = 4;
    private static final int BOTH_ONCE_IN = 3;
    /** More than between two orders: the handlers are at work all the time. */
    private static final int INVOICE_MS = 100;

    private static final int RESERVATION_MS = 100;

    @Test
    void every_order_has_one_invoice_and_its_stock_once(Cluster cluster)
            throws InterruptedException, ExecutionException {
        var shop = cluster.shop();
        var orders = Order.several(NAME, Math.toIntExact(DURATION.dividedBy(INTERVAL)));
        var placedBefore = shop.orders();
        var invoicesBefore = shop.invoiceAttempts();
        var reservationsBefore = shop.reservationAttempts();
        shop.handlersTake(INVOICE_MS, RESERVATION_MS);
        int kills;
        try (var load = cluster.load(orders, INTERVAL)) {
            kills = killNodes(cluster);
            load.join();
        }
        shop.handlersTake(0, 0);
        cluster.verify();

        var placed = shop.orders() - placedBefore;
        var interruptedInvoices = shop.invoiceAttempts() - invoicesBefore - placed;
        var interruptedReservations = shop.reservationAttempts() - reservationsBefore - placed;
        Summary.print(
                "random kills",
                "%d kills, %s (all answers up to now: %s); %d orders in the database; handlers hit in the middle: %d invoices, %d reservations",
                kills,
                cluster.ledger().summary(NAME),
                cluster.ledger().answers(),
                placed,
                interruptedInvoices,
                interruptedReservations);
        assertThat(cluster.ledger().count(NAME, Outcome.ACCEPTED)).isGreaterThan(orders.size() / 2);
        assertThat(interruptedInvoices).as("invoices hit in the middle").isPositive();
    }

    private static int killNodes(Cluster cluster) throws InterruptedException {
        var end = System.nanoTime() + DURATION.toNanos();
        var faults = cluster.faults();
        // The first is sure to hit.
        Waiting.until(
                START_LIMIT,
                () -> "an invoice is being written",
                () -> !cluster.shop().writing("invoice").isEmpty());
        killAndStartAgain(cluster, cluster.owner(Shop.INVOICING));
        var kills = 1;
        while (System.nanoTime() < end || kills < LEAST_KILLS) {
            Thread.sleep(faults.upTo(LONGEST_CALM).toMillis());
            var victim = faults.oneOf(cluster.nodes());
            killAndStartAgain(cluster, victim);
            kills++;
            if (faults.onceIn(BOTH_ONCE_IN)) {
                Thread.sleep(faults.upTo(LONGEST_CALM).toMillis());
                killAndStartAgain(cluster, cluster.otherThan(victim));
                kills++;
            }
            for (var node : cluster.nodes()) {
                node.awaitReady();
            }
        }
        return kills;
    }

    private static void killAndStartAgain(Cluster cluster, Node node) throws InterruptedException {
        cluster.kill(node);
        node.startAgain();
    }
}
