package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.page.Page.Line;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;

/** Orders, by somebody who has a keyboard only. */
@Order(2)
@ExtendWith(DeskExtension.class)
class OrderingIT {

    @Test
    void anOrderGoesItsWayBeforeOnesEyes(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        browser.evaluate("(window.isTheSamePage = true)");
        var cups = page.available("CUP");
        var reservedCups = page.reserved("CUP");
        var pots = page.available("POT");

        page.fill("Katherine Johnson", new Line("Tea cup", "4"), new Line("Tea pot", "2"));
        assertThat(browser.text("#total")).isEqualTo("144.00");
        page.submit();
        var order = page.awaitPlaced();

        page.awaitWay(order, "Placed", "Invoiced", "Reserved");
        assertThat(page.invoice(order)).containsExactly("" + order, "Katherine Johnson", "144.00", "Issued");
        Eventually.asserted(Page.PATIENCE, () -> {
            assertThat(page.available("CUP")).isEqualTo(cups - 4);
            assertThat(page.reserved("CUP")).isEqualTo(reservedCups + 4);
            assertThat(page.available("POT")).isEqualTo(pots - 2);
            assertThat(browser.text("#order-outcome"))
                    .isEqualTo(
                            "Order %d was placed for Katherine Johnson: 144.00. It is invoiced, and its stock is reserved.",
                            order);
        });
        assertThat(browser.evaluate("window.isTheSamePage")).isEqualTo(true);
    }

    @Test
    void anOrderOverTheCreditLimitIsRefusedWithTheReason(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        var orders = browser.texts("#orders h3");

        page.fill("Dorothy", new Line("Kettle", "6"));
        page.submit();

        page.awaitProblem("Order refused", "Dorothy would owe 1134.00, and the limit is 1000.00");
        assertThat(browser.all("#order-problem").get(0).getAriaRole()).isEqualTo("alert");
        assertThat(page.hasFocus("#order-form [type=submit]")).isTrue();
        assertThat(browser.texts("#orders h3")).isEqualTo(orders);
        assertThat(browser.evaluate("document.querySelector('[name=quantity]').value"))
                .isEqualTo("6");
    }

    @Test
    void whatIsWrongIsSaidAtItsField(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);

        page.fill(" ", new Line("Tea cup", "2.5"), new Line("", "1"));
        page.submit();

        page.awaitProblem("not placed", "3 things in the request are wrong");
        assertThat(page.hasFocus("#customer")).isTrue();
        assertThat(page.complaints())
                .containsExactly(
                        "Customer must be a name of 1 to 100 characters.",
                        "Quantity must be a whole number from 1 to 1000.",
                        "Item must be the sku of an item, such as TEA-GREEN; GET /api/stock lists them.");

        browser.press("Ada");
        assertThat(page.complaints()).hasSize(2).noneMatch(complaint -> complaint.startsWith("Customer"));
    }

    @Test
    void anOrderIsRejectedAfterAQuestion(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        var teas = page.available("TEA-GREEN");
        var order = page.place("Mary", new Line("Green", "100"));
        page.awaitWay(order, "Placed", "Invoiced", "Reserved");
        Eventually.asserted(
                Page.PATIENCE, () -> assertThat(page.available("TEA-GREEN")).isEqualTo(teas - 100));
        var button = page.order(order) + " .reject";

        page.tabTo(button);
        browser.press(Keys.ENTER);
        assertThat(browser.text("#rejection")).contains("Reject order " + order + "?", "Mary gets 650.00 back");
        assertThat(page.hasFocus("#keep-order")).isTrue();
        browser.press(Keys.ESCAPE);
        assertThat(page.hasFocus(button)).isTrue();
        assertThat(page.done(order)).contains("Placed");

        browser.press(Keys.ENTER);
        page.tabTo("#reject-order");
        browser.press(Keys.ENTER);

        page.awaitWay(order, "Rejected", "Cancelled", "Released");
        assertThat(page.hasFocus(page.order(order) + " h3")).isTrue();
        assertThat(browser.text("#orders-news")).isEqualTo("Order " + order + " was rejected.");
        assertThat(browser.all(button)).isEmpty();
        Eventually.asserted(Page.PATIENCE, () -> {
            assertThat(page.invoice(order)).containsExactly("" + order, "Mary", "650.00", "Cancelled");
            assertThat(page.available("TEA-GREEN")).isEqualTo(teas);
        });
        // There is credit again.
        desk.visit();
        page.place("Mary", new Line("Green", "150"));
    }

    @Test
    void somebodyElseMayBeFasterToReject(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        var order = page.place("Annie", new Line("Tea pot", "1"));
        var button = page.order(order) + " .reject";
        page.tabTo(button);
        browser.press(Keys.ENTER);

        browser.evaluate("(fetch('api/orders/" + order + "/rejection', { method: 'POST' }), true)");
        page.awaitWay(order, "Rejected", "Cancelled", "Released");
        assertThat(page.hasFocus("#keep-order")).isTrue();
        page.tabTo("#reject-order");
        browser.press(Keys.ENTER);

        Eventually.asserted(
                Page.PATIENCE,
                () -> assertThat(browser.text("#orders-news"))
                        .isEqualTo("Order " + order + " has been rejected already."));
        assertThat(page.hasFocus(page.order(order) + " h3")).isTrue();
    }

    @Test
    void olderOrdersAreShownWhenAskedFor(Desk desk) throws InterruptedException {
        var browser = desk.browser();
        var page = new Page(browser);
        browser.evaluate("""
                ([...Array(11)].forEach(() => fetch('api/orders', {
                  method: 'POST',
                  headers: { 'Content-Type': 'application/json' },
                  body: JSON.stringify({ customer: 'Hedy', items: [{ sku: 'CUP', quantity: 1 }] }),
                })), true)""");
        Eventually.asserted(
                Page.PATIENCE,
                () -> assertThat(browser.texts("#orders .customer")).hasSize(10).containsOnly("Hedy"));

        page.tabTo("#older-orders");
        browser.press(Keys.ENTER);

        Eventually.asserted(
                Page.PATIENCE,
                () -> assertThat(browser.texts("#orders .customer")).hasSizeGreaterThan(10));
        assertThat(page.hasFocus("#older-orders, #orders h3")).isTrue();
    }

    @Test
    void linesComeAndGo(Desk desk) {
        var browser = desk.browser();
        var page = new Page(browser);

        page.fill("Ada", new Line("Tea cup", "1"), new Line("Tea pot", "1"), new Line("Kettle", "1"));
        assertThat(browser.text("#total")).isEqualTo("249.00");
        page.tabBackTo(".line:nth-child(2) .remove");
        browser.press(Keys.ENTER);

        assertThat(browser.text("#total")).isEqualTo("201.00");
        assertThat(browser.texts(".line legend")).containsExactly("Line 1", "Line 2");
        assertThat(page.hasFocus(".line:nth-child(2) select")).isTrue();
    }
}
