package io.github.pgmb.sample.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The whole sample, from the outside. */
class LauncherIT {

    private static final int LONGEST_START_TO_KILL_MS = 6000;
    private static final int AT_ONCE = 12;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void survivesAKillDuringTheFirstStartAndAnotherOneWhileItRuns() throws IOException, InterruptedException {
        var port = SampleProcess.freePort();
        var moment = ThreadLocalRandom.current().nextInt(LONGEST_START_TO_KILL_MS);
        try (var first = SampleProcess.launch(folder, port)) {
            Thread.sleep(moment);
            first.kill();
        }
        try (var second = SampleProcess.launch(folder, port).ready()) {
            placesAnOrderThatIsInvoicedOnce(second);
            refusesAnOrderOverTheLimitWithoutATrace(second);
            rejectsAnOrderOnce(second);
            takesOrdersOfOneCustomerAtTheSameTime(second);
            second.kill();
        }
        try (var third = SampleProcess.launch(folder, port).ready()) {
            assertThat(third.list("/api/orders?limit=100")).hasSize(2 + AT_ONCE);
            assertThat(awaitInvoices(third, 2 + AT_ONCE)).doesNotHaveDuplicates();
            var server = third.descendants();
            var postmaster = ProcessHandle.of(postmaster()).orElseThrow();
            third.stop();
            assertThat(server).isNotEmpty().allSatisfy(LauncherIT::ends);
            ends(postmaster);
            assertThat(Files.exists(postmasterPidFile())).isFalse();
        }
    }

    @Test
    void saysThatThePortIsTakenBeforeItStartsAnything() throws IOException, InterruptedException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                var sample = SampleProcess.launch(folder, taken.getLocalPort())) {
            assertThat(sample.awaitExit()).isEqualTo(1);
            assertThat(sample.output()).contains("Port " + taken.getLocalPort() + " is taken", "--port=");
            assertThat(folder.resolve("postgres")).doesNotExist();
        }
    }

    @Test
    void explainsWrongOptions() throws IOException, InterruptedException {
        try (var sample = SampleProcess.launch(folder, 1, "--prot=2")) {
            assertThat(sample.awaitExit()).isEqualTo(2);
            assertThat(sample.output()).contains("Unknown option: --prot=2", "--port", "--help");
        }
    }

    private static void placesAnOrderThatIsInvoicedOnce(SampleProcess sample) throws IOException, InterruptedException {
        var answer = sample.order("Ada", "CUP", 4);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        assertThat(answer.headers().firstValue("Location"))
                .hasValueSatisfying(at -> assertThat(at).endsWith("/api/orders/1"));
        assertThat(awaitInvoices(sample, 1)).containsExactly(1);
        awaitReserved(sample, 4);
    }

    /** Events arrive in order: when the later order has its invoice, the refused one would have had it before. */
    private static void refusesAnOrderOverTheLimitWithoutATrace(SampleProcess sample)
            throws IOException, InterruptedException {
        var refused = sample.order("Ada", "CUP", 1000);
        sample.order("Bob", "CUP", 1);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(refused.body()).contains("credit limit");
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(sample.list("/api/orders")).hasSize(2);
        assertThat(awaitInvoices(sample, 2)).hasSize(2).contains(1).doesNotContain(2);
        awaitReserved(sample, 5);
    }

    private static void rejectsAnOrderOnce(SampleProcess sample) throws IOException, InterruptedException {
        var answers = atOnce(() -> sample.reject(1).statusCode());

        assertThat(answers).containsOnlyOnce(200).containsOnly(200, 409);
        assertThat(sample.reject(1).body()).contains("Order 1 has been rejected already.");
        assertThat(sample.reject(99).statusCode()).isEqualTo(404);
        awaitReserved(sample, 1);
        awaitStatuses(sample, "/api/orders", "PLACED", "REJECTED");
        awaitStatuses(sample, "/api/invoices", "ISSUED", "CANCELLED");
        awaitStatuses(sample, "/api/reservations", "RESERVED", "RELEASED");
    }

    /** Which all change what she owes; 864.00 of the 1000.00 that she has again. */
    private static void takesOrdersOfOneCustomerAtTheSameTime(SampleProcess sample)
            throws IOException, InterruptedException {
        assertThat(atOnce(() -> sample.order("Ada", "CUP", 6).statusCode())).containsOnly(201);
    }

    private static List<Integer> atOnce(Callable<Integer> request) throws InterruptedException {
        var threads = Executors.newFixedThreadPool(AT_ONCE);
        try {
            return threads.invokeAll(Collections.nCopies(AT_ONCE, request)).stream()
                    .map(LauncherIT::result)
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

    private static Stream<Integer> awaitInvoices(SampleProcess sample, int count)
            throws IOException, InterruptedException {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (sample.list("/api/invoices").size() < count) {
            assertThat(System.nanoTime()).as("%d invoices", count).isLessThan(end);
            Thread.sleep(50);
        }
        return objects(sample, "/api/invoices").map(invoice -> invoice.getInt("orderId"));
    }

    private static void awaitReserved(SampleProcess sample, int quantity) throws IOException, InterruptedException {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (objects(sample, "/api/stock").noneMatch(item -> item.getInt("reserved") == quantity)) {
            assertThat(System.nanoTime()).as("%d reserved", quantity).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static void awaitStatuses(SampleProcess sample, String path, String... statuses)
            throws IOException, InterruptedException {
        var end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!objects(sample, path)
                .map(one -> one.getString("status"))
                .toList()
                .equals(List.of(statuses))) {
            assertThat(System.nanoTime()).as("%s %s", path, List.of(statuses)).isLessThan(end);
            Thread.sleep(50);
        }
    }

    private static Stream<JsonObject> objects(SampleProcess sample, String path)
            throws IOException, InterruptedException {
        return sample.list(path).stream().map(JsonValue::asJsonObject);
    }

    /** The system's process 1 takes its time to note the end of a process whose parent has gone. */
    private static void ends(ProcessHandle process) {
        assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10));
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(postmasterPidFile()).get(0).strip());
    }

    private Path postmasterPidFile() {
        return folder.resolve("postgres").resolve("postmaster.pid");
    }
}
