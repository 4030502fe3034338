package io.github.pgmb.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An owner that is stopped in the middle of its work for longer than its lease, and wakes up when another owns its group. Each
 * time the present owner is stopped: what woke up the first time must own the groups again the second time.
 */
@org.junit.jupiter.api.Order(3)
@ExtendWith(ClusterExtension.class)
class FrozenOwnerIT {

    private static final String NAME = "FROZEN";
    private static final int ORDERS = 20;
    private static final int WRITE_MS = 500;
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(30);
    private static final double ALLOWED_S = Cluster.LEASE.plusSeconds(2).toMillis() / 1000.0;

    /** When it is stopped. */
    private enum Moment {
        /** JPQL updates are sent at once: when it wakes up, it has yet to acknowledge. */
        HANDLING(Shop.STOCK, "stock_item"),
        /** JPA inserts at commit: it has acknowledged, without having committed that. */
        COMMITTING(Shop.INVOICING, "invoice");

        final String group;
        final String table;

        Moment(String group, String table) {
            this.group = group;
            this.table = table;
        }
    }

    @ParameterizedTest
    @EnumSource
    void changes_nothing_when_it_wakes_up(Moment moment, Cluster cluster)
            throws InterruptedException, ExecutionException {
        var shop = cluster.shop();
        var name = NAME + "-" + moment;
        var frozen = cluster.owner(moment.group);
        var other = cluster.otherThan(frozen);

        shop.handlersTake(WRITE_MS, WRITE_MS);
        cluster.place(List.of(other), Order.several(name, ORDERS));
        Waiting.until(
                START_LIMIT,
                () -> moment + " " + shop.standing(),
                () -> !shop.writing(moment.table).isEmpty());
        var frozenAt = shop.now();
        cluster.freeze(frozen);
        String interrupted;
        try {
            interrupted = shop.writing(moment.table).get(0);
            shop.handlersTake(0, 0);
            Waiting.until(
                    TAKEOVER_LIMIT, shop::standing, () -> shop.ownedBy(other).size() == 2);
        } finally {
            cluster.thaw(frozen);
        }
        var taken = shop.takenAt(moment.group) - frozenAt;
        var epochs = shop.epochs();

        cluster.place(cluster.nodes(), Order.several(name + "-AWAKE", ORDERS));
        cluster.verify();
        assertThat(shop.outcome(interrupted)).isEqualTo("aborted");
        assertThat(shop.ownedBy(other)).hasSize(2);
        assertThat(shop.epochs()).isEqualTo(epochs);
        assertThat(shop.liveNodes()).hasSize(2);
        assertThat(taken).isLessThan(ALLOWED_S);
        Summary.print(
                "frozen owner",
                "stopped while %s, taken over after %.2f s (lease %d s)",
                moment,
                taken,
                Cluster.LEASE.toSeconds());
    }
}
