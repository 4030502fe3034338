package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.openqa.selenium.Keys;

/** What people do at the page and see on it; with the keyboard only. */
record Page(Browser browser) {

    static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_STOPS = 100;
    private static final Pattern NUMBER = Pattern.compile("Order (\\d+) .*");

    /** One line of an order: what begins the item's name, and how many. */
    record Line(String item, String quantity) {}

    /** Presses Tab until the focus is there; everything on the way shows that it has the focus. */
    void tabTo(String selector) {
        tab(selector, () -> browser.press(Keys.TAB));
    }

    void tabBackTo(String selector) {
        tab(selector, () -> browser.pressWithShift(Keys.TAB));
    }

    private void tab(String selector, Runnable press) {
        for (var stop = 0; stop < MOST_STOPS; stop++) {
            press.run();
            assertFocusIsVisible();
            if (hasFocus(selector)) {
                return;
            }
        }
        throw new AssertionError("Tab does not lead to " + selector);
    }

    boolean hasFocus(String selector) {
        return Boolean.TRUE.equals(browser.evaluate("document.activeElement.matches('" + selector + "')"));
    }

    private void assertFocusIsVisible() {
        assertThat(browser.evaluate("""
                document.activeElement === document.body
                  || parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2
                  && getComputedStyle(document.activeElement).outlineStyle !== 'none'"""))
                .as("focus is visible at %s", browser.evaluate("document.activeElement.outerHTML"))
                .isEqualTo(true);
    }

    /** Fills the form, from a page that was just opened. */
    void fill(String customer, Line... lines) {
        tabTo("#customer");
        browser.press(customer);
        for (var i = 0; i < lines.length; i++) {
            if (i == 0) {
                tabTo("[name=sku]");
            } else {
                // Leads to the new line.
                tabTo("#add-line");
                browser.press(Keys.ENTER);
            }
            browser.press(lines[i].item());
            tabTo("[name=quantity]");
            // Replaces what is there: Tab has selected it.
            browser.press(lines[i].quantity());
        }
    }

    void submit() {
        tabTo("#order-form [type=submit]");
        browser.press(Keys.ENTER);
    }

    /** The number of the order. */
    int place(String customer, Line... lines) throws InterruptedException {
        fill(customer, lines);
        submit();
        return awaitPlaced();
    }

    int awaitPlaced() throws InterruptedException {
        Eventually.asserted(
                PATIENCE, () -> assertThat(browser.text("#order-outcome")).matches(NUMBER));
        return Integer.parseInt(NUMBER.matcher(browser.text("#order-outcome")).replaceAll("$1"));
    }

    void reject(int number) {
        tabTo(order(number) + " .reject");
        browser.press(Keys.ENTER);
        tabTo("#reject-order");
        browser.press(Keys.ENTER);
    }

    void awaitProblem(String... says) throws InterruptedException {
        Eventually.asserted(
                PATIENCE, () -> assertThat(browser.text("#order-problem")).contains(says));
    }

    void awaitConnection(String says) throws InterruptedException {
        Eventually.asserted(
                PATIENCE, () -> assertThat(browser.text("#connection")).contains(says));
    }

    void awaitWay(int number, String... done) throws InterruptedException {
        Eventually.asserted(PATIENCE, () -> assertThat(done(number)).containsExactly(done));
    }

    /** What is said about the fields that are marked as wrong, in their order; as those hear it who do not see it. */
    List<String> complaints() {
        return browser.all("[aria-invalid=true]").stream()
                .map(field -> Objects.requireNonNull(field.getDomAttribute("aria-describedby")))
                .map(ids -> browser.text("#" + ids.replaceFirst(".* ", "")))
                .toList();
    }

    String order(int number) {
        return "#orders > [data-key=\"" + number + "\"]";
    }

    /** The steps of the order that are done. */
    List<String> done(int number) {
        return browser.texts(order(number) + " .step.done .name");
    }

    /** The row of the order's invoice, cell by cell; empty if there is none. */
    List<String> invoice(int number) {
        return rows("#invoices").stream()
                .filter(row -> row.get(0).equals(Integer.toString(number)))
                .findFirst()
                .orElse(List.of());
    }

    long reserved(String sku) {
        return stock(sku, 3);
    }

    long available(String sku) {
        return stock(sku, 2);
    }

    private long stock(String sku, int column) {
        return rows("#stock").stream()
                .filter(row -> row.get(0).endsWith(sku))
                .mapToLong(row -> Long.parseLong(row.get(column)))
                .findFirst()
                .orElseThrow();
    }

    /** In one go, since the page may change between two. */
    private List<List<String>> rows(String body) {
        var rows = (List<?>) browser.evaluate("[...document.querySelectorAll('" + body
                + " tr')].map(row => [...row.children].map(cell => cell.textContent.trim()))");
        return rows.stream()
                .map(row -> ((List<?>) row).stream().map(Objects::toString).toList())
                .toList();
    }

    /** Nothing has to be moved sideways to be seen, and nothing sticks out of its panel. */
    void assertFits(String state) {
        assertThat(browser.evaluate("""
                [document.body, ...document.querySelectorAll('body *')].filter(element => {
                  const panel = element.parentElement.closest('.panel');
                  const edge = panel
                    ? panel.getBoundingClientRect().right - parseFloat(getComputedStyle(panel).paddingRight)
                    : document.documentElement.clientWidth;
                  return element.getBoundingClientRect().right > edge;
                }).map(element => element.outerHTML.slice(0, 100))""")).as("beyond the edge, %s", state).isEqualTo(List.of());
        assertThat(browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("width to scroll, %s", state)
                .isEqualTo(0L);
    }
}
