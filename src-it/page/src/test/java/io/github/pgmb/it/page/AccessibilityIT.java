package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.page.Page.Line;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** What axe can find: WCAG 2.2 A and AA, and best practices. The first of the tests, since it has to see an empty shop. */
@Order(1)
@ExtendWith(DeskExtension.class)
class AccessibilityIT {

    private record Look(int width, int height, String colours) {}

    private static final Look WIDE_DARK = new Look(1280, 900, "dark");
    private static final Look WIDE_LIGHT = new Look(1280, 900, "light");
    private static final Look NARROW_DARK = new Look(360, 800, "dark");
    private static final Look NARROW_LIGHT = new Look(360, 800, "light");

    @Test
    void everyStateIsAccessible(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        assertThat(browser.all("#orders > *")).isEmpty();
        audit(browser, "empty", WIDE_DARK, NARROW_LIGHT);

        page.fill("", new Line("Tea cup", "many"), new Line("", "0"));
        page.submit();
        page.awaitProblem("not placed");
        audit(browser, "errors in the form", WIDE_LIGHT, NARROW_DARK);

        desk.visit();
        page.fill("Grace", new Line("Kettle", "6"));
        page.submit();
        page.awaitProblem("credit limit");
        audit(browser, "refused", WIDE_DARK);

        desk.visit();
        var rejected = page.place("Ada", new Line("Tea cup", "2"), new Line("Black", "1"));
        page.reject(rejected);
        page.awaitWay(rejected, "Rejected", "Cancelled", "Released");
        desk.visit();
        var order = page.place("Ada", new Line("Tea cup", "2"));
        page.awaitWay(order, "Placed", "Invoiced", "Reserved");
        audit(browser, "with orders", WIDE_DARK, WIDE_LIGHT, NARROW_DARK, NARROW_LIGHT);

        page.tabTo(page.order(order) + " .reject");
        browser.press(Keys.ENTER);
        audit(browser, "question before a rejection", WIDE_LIGHT, NARROW_DARK);
        browser.press(Keys.ESCAPE);

        desk.gateway().shut();
        page.awaitConnection("does not answer");
        audit(browser, "without the server", WIDE_LIGHT, WIDE_DARK);
        desk.gateway().open();
        page.awaitConnection("Up to date");
        assertThat(browser.consoleErrors()).isNotEmpty();
    }

    private static void audit(Browser browser, String state, Look... looks) {
        for (var look : looks) {
            browser.size(look.width(), look.height());
            browser.colours(look.colours());
            assertThat(browser.violations()).as("%s, %s", state, look).isEmpty();
        }
    }
}
