package io.github.pgmb.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/** What the order desk promises, in either form. The methods are called once, from top to bottom. */
record OrderDesk(SampleProcess sample) {

    static final int AT_ONCE = 12;
    /** Of the orders that the methods place and that are accepted. */
    static final int ORDERS = 2 + AT_ONCE;

    void placesAnOrderThatIsInvoicedOnce() throws IOException, InterruptedException {
        var answer = sample.order("Ada", "CUP", 4);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.body()).contains("\"CUP\"");
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(at -> assertThat(at).endsWith("/api/orders/1"));
        assertThat(awaitInvoices(1)).containsExactly(1);
        awaitReserved(4);
    }

    /** Events arrive in order: when the later order has its invoice, the refused one would have had it before. */
    void refusesAnOrderOverTheLimitWithoutATrace() throws IOException, InterruptedException {
        var refused = sample.order("Ada", "CUP", 1000);
        sample.order("Bob", "CUP", 1);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(refused.body()).contains("credit limit");
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(sample.list("/api/orders")).hasSize(2);
        assertThat(awaitInvoices(2)).hasSize(2).contains(1).doesNotContain(2);
        awaitReserved(5);
    }

    void rejectsAnOrderOnce() throws IOException, InterruptedException {
        var answers = atOnce(() -> sample.reject(1).statusCode());

        assertThat(answers).containsOnlyOnce(200).containsOnly(200, 409);
        assertThat(sample.reject(1).body()).contains("Order 1 has been rejected already.");
        assertThat(sample.reject(99).statusCode()).isEqualTo(404);
        awaitReserved(1);
        awaitStatuses("/api/orders", "PLACED", "REJECTED");
        awaitStatuses("/api/invoices", "ISSUED", "CANCELLED");
        awaitStatuses("/api/reservations", "RESERVED", "RELEASED");
    }

    /** Which all change what she owes; 864.00 of the 1000.00 that she has again. */
    void takesOrdersOfOneCustomerAtTheSameTime() throws IOException, InterruptedException {
        assertThat(atOnce(() -> sample.order("Ada", "CUP", 6).statusCode())).containsOnly(201);
    }

    private static List<Integer> atOnce(Callable<Integer> request) throws InterruptedException {
        var threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            return threads.invokeAll(Collections.nCopies(AT_ONCE, request)).stream()
                    .map(OrderDesk::result)
                    .toList();
        } finally {
            threads.shutdown();
        }
    }

    private static int result(Future<Integer> answer) {
        try {
            return answer.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /** The order of each. */
    List<Integer> awaitInvoices(int count) throws IOException, InterruptedException {
        return await("/api/invoices?limit=100", invoices -> invoices.size() >= count).stream()
                .map(invoice -> invoice.getInt("orderId"))
                .toList();
    }

    private void awaitReserved(int quantity) throws IOException, InterruptedException {
        await("/api/stock", items -> items.stream().anyMatch(item -> item.getInt("reserved") == quantity));
    }

    void awaitStatuses(String path, String... statuses) throws IOException, InterruptedException {
        await(
                path,
                all -> all.stream().map(one -> one.getString("status")).toList().equals(List.of(statuses)));
    }

    /** Returns what is found there when it is as wanted. */
    List<JsonObject> await(String path, Predicate<List<JsonObject>> wanted) throws IOException, InterruptedException {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        var found = objects(path);
        while (!wanted.test(found)) {
            assertThat(System.nanoTime()).as("%s: %s", path, found).isLessThan(end);
            Thread.sleep(50);
            found = objects(path);
        }
        return found;
    }

    private List<JsonObject> objects(String path) throws IOException, InterruptedException {
        return sample.list(path).stream().map(JsonValue::asJsonObject).toList();
    }
}
