package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.page.Page.Line;
import java.time.Duration;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The server is away, or the page is not looked at. */
@Order(4)
@ExtendWith(DeskExtension.class)
class ConnectionIT {

    private static final Duration A_WHILE = Duration.ofSeconds(8);
    /** Every look may count twice: Chromium repeats a request that a connection in use has not answered. */
    private static final int LOOKS_OF_THE_PATIENT = 7;

    @Test
    void saysThatTheServerIsAwayAndComesBackByItself(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        var before = desk.gateway().looks();

        desk.gateway().shut();
        page.awaitConnection("The server does not answer. What you see may be old; we keep trying.");
        Thread.sleep(A_WHILE.toMillis());
        assertThat(desk.gateway().looks() - before).isBetween(2, LOOKS_OF_THE_PATIENT);

        page.fill("Ada", new Line("Tea cup", "1"));
        page.submit();
        page.awaitProblem("No answer", "may have been placed");

        desk.gateway().open();
        page.awaitConnection("Up to date");
        assertThat(browser.consoleErrors()).allMatch(message -> message.contains("net::ERR_EMPTY_RESPONSE"));
    }

    @Test
    void doesNotAskWhileNobodyLooks(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var before = desk.gateway().looks();

        browser.lookAway(Duration.ofSeconds(4));
        var meanwhile = desk.gateway().looks() - before;

        assertThat(meanwhile).isLessThanOrEqualTo(2);
        Eventually.asserted(
                Page.PATIENCE, () -> assertThat(desk.gateway().looks()).isGreaterThan(before + meanwhile + 1));
    }
}
