package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.stream.Collectors;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.json.Json;
import org.openqa.selenium.logging.LogType;

/** A window, a keyboard, and what the browser notes. */
final class Browser implements AutoCloseable {

    private static final List<String> RULES =
            List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice");

    private static final Set<String> NETWORK = Set.of("http", "https", "ws", "wss");

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    static Browser start(Chromium chromium, Path profile) {
        return new Browser(chromium.start(profile));
    }

    void open(URI page) {
        driver.get(page.toString());
    }

    /** From now on, in CSS pixels. */
    void size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** What the user prefers from now on, without motion: what moves has no certain colour. */
    void colours(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of(
                        "features",
                        List.of(
                                Map.of("name", "prefers-color-scheme", "value", scheme),
                                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
    }

    /** To whatever has the focus. */
    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    void pressWithShift(CharSequence key) {
        new Actions(driver).keyDown(Keys.SHIFT).sendKeys(key).keyUp(Keys.SHIFT).perform();
    }

    /** Looks at something else, meanwhile. */
    void lookAway(Duration howLong) throws InterruptedException {
        var page = driver.getWindowHandle();
        driver.switchTo().newWindow(WindowType.TAB);
        Thread.sleep(howLong.toMillis());
        driver.close();
        driver.switchTo().window(page);
    }

    List<WebElement> all(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    /** The visible texts of all elements that match; in one go, since the page may change between two. */
    List<String> texts(String selector) {
        var texts = (List<?>) driver.executeScript(
                "return [...document.querySelectorAll(arguments[0])].map(element => element.innerText.trim())",
                selector);
        return texts.stream().map(Objects::toString).toList();
    }

    /** Of the only element that matches. */
    String text(String selector) {
        var texts = texts(selector);
        assertThat(texts).as(selector).hasSize(1);
        return texts.get(0);
    }

    Object evaluate(String expression) {
        return driver.executeScript("return " + expression);
    }

    /** What axe finds wrong: each rule with the elements. */
    List<String> violations() {
        return new AxeBuilder()
                .withTags(RULES).analyze(driver).getViolations().stream()
                        .map(Browser::description)
                        .toList();
    }

    private static String description(Rule rule) {
        return rule.getId() + ": "
                + rule.getNodes().stream()
                        .map(node -> node.getHtml() + " " + node.getFailureSummary())
                        .collect(Collectors.joining("; "));
    }

    /** Since the last call. */
    List<String> consoleErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(entry -> entry.getMessage())
                .toList();
    }

    /** All hosts, each with its port, that were asked for something since the last call. */
    Set<String> hosts() {
        return driver.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(entry -> requested(entry.getMessage()))
                .filter(url -> NETWORK.contains(url.getScheme()))
                .map(url -> url.getHost() + ":" + url.getPort())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static URI requested(String entry) {
        Map<String, Map<String, Object>> whole = new Json().toType(entry, Json.MAP_TYPE);
        var message = whole.get("message");
        if (!"Network.requestWillBeSent".equals(message.get("method"))) {
            return URI.create("about:blank");
        }
        var request = (Map<?, ?>) ((Map<?, ?>) message.get("params")).get("request");
        return URI.create((String) request.get("url"));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
