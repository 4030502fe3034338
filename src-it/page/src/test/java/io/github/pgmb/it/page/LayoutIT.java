package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.page.Page.Line;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** Nothing has to be moved sideways. */
@Order(3)
@ExtendWith(DeskExtension.class)
class LayoutIT {

    private static final String LONG_NAME = "Konrad-" + "Maximilian".repeat(8);

    @ParameterizedTest
    @ValueSource(ints = {320, 360, 768, 1280})
    void everythingFits(int width, Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        browser.size(width, 800);
        page.assertFits("opened");

        page.fill("", new Line("", "x"), new Line("Kettle", "1000"));
        page.submit();
        page.awaitProblem("not placed");
        page.assertFits("errors in the form");

        desk.visit();
        browser.size(width, 800);
        var order = page.place(LONG_NAME + width, new Line("Kettle", "5"));
        page.awaitWay(order, "Placed", "Invoiced", "Reserved");
        page.assertFits("with a long name");

        page.tabTo(page.order(order) + " .reject");
        browser.press(Keys.ENTER);
        assertThat(page.hasFocus("#keep-order")).isTrue();
        page.assertFits("question before a rejection");

        page.tabTo("#reject-order");
        browser.press(Keys.ENTER);
        page.awaitWay(order, "Rejected", "Cancelled", "Released");
        Eventually.asserted(Page.PATIENCE, () -> assertThat(page.invoice(order)).contains("Cancelled"));
        page.assertFits("rejected");
    }
}
