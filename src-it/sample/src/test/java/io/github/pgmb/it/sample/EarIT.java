package io.github.pgmb.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The shop, the back office and shipping on WildFly. */
class EarIT {

    private static final int LONGEST_START_TO_KILL_MS = 8000;
    private static final String CUSTOMERS = "/back-office/api/revenue/customers";
    private static final String DAYS = "/back-office/api/revenue/days";
    private static final String PACKING_NOTES = "/back-office/api/packing-notes";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void keepsAllModulesUpThroughKills() throws IOException, InterruptedException {
        var port = SampleProcess.freePort();
        var moment = ThreadLocalRandom.current().nextInt(LONGEST_START_TO_KILL_MS);
        try (var first = SampleProcess.launch(folder, port)) {
            Thread.sleep(moment);
            first.kill();
        }
        try (var second = SampleProcess.launch(folder, port).ready()) {
            var desk = new OrderDesk(second);
            desk.placesAnOrderThatIsInvoicedOnce();
            isPackedAndBooked(desk);
            desk.refusesAnOrderOverTheLimitWithoutATrace();
            leavesNoTraceOfTheRefusedOrder(desk);
            desk.rejectsAnOrderOnce();
            isTakenBack(desk);
            desk.takesOrdersOfOneCustomerAtTheSameTime();
            endsWithTheLauncher(second);
        }
        try (var third = SampleProcess.launch(folder, port).ready()) {
            hasEverythingOnce(third);
            third.stopsWithoutALeftover();
        }
    }

    @Test
    void runsTwiceBesideItself() throws IOException, InterruptedException {
        try (var one = SampleProcess.launch(folder.resolve("one"), SampleProcess.freePort());
                var other = SampleProcess.launch(folder.resolve("other"), SampleProcess.freePort())) {
            new OrderDesk(one.ready()).placesAnOrderThatIsInvoicedOnce();
            new OrderDesk(other.ready()).placesAnOrderThatIsInvoicedOnce();
        }
    }

    private static void isPackedAndBooked(OrderDesk desk) throws IOException, InterruptedException {
        var notes = desk.await(PACKING_NOTES, found -> !found.isEmpty());
        assertThat(notes).hasSize(1);
        assertThat(notes.get(0).getString("contents")).isEqualTo("4 CUP");
        assertThat(notes.get(0).getString("customer")).isEqualTo("Ada");
        var customers = desk.await(CUSTOMERS, found -> !found.isEmpty());
        assertThat(customers).hasSize(1);
        assertThat(customers.get(0).getString("customer")).isEqualTo("Ada");
        assertThat(revenue(desk, CUSTOMERS)).containsExactly(new BigDecimal("48.00"));
        assertThat(revenue(desk, DAYS)).containsExactly(new BigDecimal("48.00"));
    }

    /** The order after it has been handled, as the invoices show; so would this one have been. */
    private static void leavesNoTraceOfTheRefusedOrder(OrderDesk desk) throws IOException, InterruptedException {
        var notes = desk.await(PACKING_NOTES, found -> found.size() >= 2);
        assertThat(notes).extracting(note -> note.getInt("orderId")).hasSize(2).doesNotContain(2);
        desk.await(CUSTOMERS, found -> found.size() >= 2);
        assertThat(revenue(desk, CUSTOMERS)).containsExactly(new BigDecimal("48.00"), new BigDecimal("12.00"));
    }

    private static void isTakenBack(OrderDesk desk) throws IOException, InterruptedException {
        desk.awaitStatuses(PACKING_NOTES, "TO_PACK", "CANCELLED");
        desk.await(CUSTOMERS, found -> found.get(0).getString("customer").equals("Bob"));
        assertThat(revenue(desk, CUSTOMERS)).containsExactly(new BigDecimal("12.00"), new BigDecimal("0.00"));
    }

    private static void endsWithTheLauncher(SampleProcess sample) throws InterruptedException {
        var server = sample.server();
        sample.kill();
        assertThat(server).isNotEmpty().allSatisfy(SampleProcess::ends);
    }

    private static void hasEverythingOnce(SampleProcess sample) throws IOException, InterruptedException {
        var desk = new OrderDesk(sample);
        assertThat(desk.awaitInvoices(OrderDesk.ORDERS))
                .hasSize(OrderDesk.ORDERS)
                .doesNotHaveDuplicates();
        assertThat(desk.await(PACKING_NOTES, notes -> notes.size() >= OrderDesk.ORDERS))
                .extracting(note -> note.getInt("orderId"))
                .hasSize(OrderDesk.ORDERS)
                .doesNotHaveDuplicates();
        desk.await(
                DAYS,
                days -> days.stream().mapToInt(day -> day.getInt("orders")).sum() >= OrderDesk.ORDERS - 1);
        assertThat(revenue(desk, CUSTOMERS)).containsExactly(new BigDecimal("864.00"), new BigDecimal("12.00"));
    }

    private static List<BigDecimal> revenue(OrderDesk desk, String path) throws IOException, InterruptedException {
        return desk.await(path, found -> true).stream()
                .map(row -> row.getJsonNumber("amount").bigDecimalValue())
                .toList();
    }
}
