package io.github.pgmb.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The shop alone on Payara Micro. */
class StandaloneIT {

    private static final String WAR = "--war";
    private static final int LONGEST_START_TO_KILL_MS = 6000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void survivesAKillDuringTheFirstStartAndAnotherOneWhileItRuns() throws IOException, InterruptedException {
        var port = SampleProcess.freePort();
        var moment = ThreadLocalRandom.current().nextInt(LONGEST_START_TO_KILL_MS);
        try (var first = SampleProcess.launch(folder, port, WAR)) {
            Thread.sleep(moment);
            first.kill();
        }
        try (var second = SampleProcess.launch(folder, port, WAR).ready()) {
            var desk = new OrderDesk(second);
            desk.placesAnOrderThatIsInvoicedOnce();
            desk.refusesAnOrderOverTheLimitWithoutATrace();
            desk.rejectsAnOrderOnce();
            desk.takesOrdersOfOneCustomerAtTheSameTime();
            second.kill();
        }
        try (var third = SampleProcess.launch(folder, port, WAR).ready()) {
            assertThat(third.list("/api/orders?limit=100")).hasSize(OrderDesk.ORDERS);
            assertThat(new OrderDesk(third).awaitInvoices(OrderDesk.ORDERS)).doesNotHaveDuplicates();
            third.stopsWithoutALeftover();
        }
    }
}
