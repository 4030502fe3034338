package io.github.pgmb.it.cluster;

import io.github.pgmb.it.cluster.Ledger.Outcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/**
 * Posts orders and notes the outcome. An order goes to the next node only if it is certain that no node has seen it. Thread-safe.
 */
final class Customers {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int CREATED = 201;
    private static final int FIRST_SERVER_ERROR = 500;

    private final Ledger ledger;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();

    Customers(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Tries the nodes in turn, again and again while none is there. */
    void place(Order order, List<Node> nodes) throws InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            for (var node : nodes) {
                if (node.isInService() && post(order, node)) {
                    return;
                }
            }
            Thread.sleep(PAUSE.toMillis());
        }
        ledger.note(order, Outcome.REFUSED, "nobody there");
    }

    /** False if the node has certainly not seen the order. */
    private boolean post(Order order, Node node) throws InterruptedException {
        var request = HttpRequest.newBuilder(node.uri("/api/orders"))
                .timeout(ANSWER_LIMIT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(order.json()))
                .build();
        try {
            var status = http.send(request, BodyHandlers.discarding()).statusCode();
            ledger.note(order, outcome(status), "status " + status);
        } catch (ConnectException | HttpConnectTimeoutException nobodyThere) {
            return false;
        } catch (IOException lostOnTheWay) {
            ledger.note(order, Outcome.UNKNOWN, lostOnTheWay.getClass().getSimpleName());
        }
        return true;
    }

    private static Outcome outcome(int status) {
        if (status == CREATED) {
            return Outcome.ACCEPTED;
        }
        return status < FIRST_SERVER_ERROR ? Outcome.REFUSED : Outcome.UNKNOWN;
    }
}
