package io.github.pgmb.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.cluster.Ledger.Outcome;
import io.github.pgmb.test.postgres.LongForm;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database dies under load and comes back; the servers run on. */
@org.junit.jupiter.api.Order(2)
@ExtendWith(ClusterExtension.class)
class PostgresKilledIT {

    private static final String NAME = "OUTAGE";
    private static final int OUTAGES = LongForm.or(1, 10);
    private static final Duration BEFORE = Duration.ofSeconds(2);
    private static final Duration AWAY = Duration.ofSeconds(3);
    /** For half a minute after an outage the broker counts what looks like one to the same. */
    private static final Duration BETWEEN = Duration.ofSeconds(33);

    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final Duration DELIVERY_LIMIT = Duration.ofSeconds(15);
    /** The outage, and for each of two handlers a failure that it may meet before anything else does; with stack traces. */
    private static final int MOST_RECORDS = 3;

    private static final int MOST_LINES = 100;

    @Test
    void nothing_is_lost_and_each_node_says_it_once(Cluster cluster) throws InterruptedException, ExecutionException {
        var shop = cluster.shop();
        var processes = cluster.nodes().stream().map(Node::pid).toList();
        var duration = BEFORE.plus(AWAY.plus(BETWEEN).multipliedBy(OUTAGES));
        var orders = Order.several(NAME, Math.toIntExact(duration.dividedBy(INTERVAL)));
        shop.handlersTake(20, 5);
        try (var load = cluster.load(orders, INTERVAL)) {
            Thread.sleep(BEFORE.toMillis());
            for (var outage = 1; outage <= OUTAGES; outage++) {
                killPostgres(cluster, outage);
            }
            load.join();
        }
        cluster.verify();
        assertThat(cluster.nodes()).extracting(Node::pid).isEqualTo(processes);
        assertThat(cluster.ledger().count(NAME, Outcome.ACCEPTED)).isPositive();
        Summary.print(
                "database killed", "%d times, %s", OUTAGES, cluster.ledger().summary(NAME));
    }

    private static void killPostgres(Cluster cluster, int outage) throws InterruptedException {
        var before = new HashMap<Node, Integer>();
        cluster.nodes().forEach(node -> before.put(node, node.log().lines()));
        cluster.faults().done("SIGKILL to PostgreSQL " + cluster.postgres().postmasterPid());
        cluster.postgres().kill();
        Thread.sleep(AWAY.toMillis());
        cluster.postgres().restart();
        cluster.faults().done("PostgreSQL is back");
        var back = cluster.shop().now();
        Waiting.until(
                DELIVERY_LIMIT, cluster.shop()::standing, () -> cluster.shop().firstInvoiceAfter(back) > 0);
        var deliveredAfter = cluster.shop().firstInvoiceAfter(back) - back;
        Thread.sleep(BETWEEN.toMillis());
        before.forEach((node, line) -> assertSaidOnce(node, line));
        Summary.print(
                "database killed",
                "outage %d: first invoice %.1f s after it was back; lines of the broker: %s",
                outage,
                deliveredAfter,
                linesSince(before));
    }

    private static void assertSaidOnce(Node node, int line) {
        var said = node.log().ofBroker(line);
        assertThat(said)
                .as("%s", node)
                .filteredOn(text -> text.contains("PGMB-0205"))
                .hasSize(1);
        assertThat(said)
                .as("%s", node)
                .filteredOn(text -> text.contains("PGMB-"))
                .hasSizeLessThanOrEqualTo(MOST_RECORDS);
        assertThat(said).as("%s", node).hasSizeLessThanOrEqualTo(MOST_LINES);
    }

    private static Map<String, Integer> linesSince(Map<Node, Integer> before) {
        var lines = new HashMap<String, Integer>();
        before.forEach((node, line) ->
                lines.put(node.toString(), node.log().ofBroker(line).size()));
        return lines;
    }
}
