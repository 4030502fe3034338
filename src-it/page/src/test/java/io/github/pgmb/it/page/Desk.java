package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Pattern;

/** The sample and somebody who uses its page. */
final class Desk implements AutoCloseable {

    /** That a request was refused is an answer like others to the page, but Chromium always notes it. */
    private static final Pattern REFUSAL =
            Pattern.compile("\\S+/api/orders\\S* - Failed to load resource: .* status of (409|422) .*");

    private final Path folder;
    private final Sample sample;
    private final Gateway gateway;
    private final Browser browser;

    private Desk(Path folder, Sample sample, Gateway gateway, Browser browser) {
        this.folder = folder;
        this.sample = sample;
        this.gateway = gateway;
        this.browser = browser;
    }

    static Desk open(Chromium chromium) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("page");
        var sample = Sample.start(folder);
        try {
            var browser = Browser.start(chromium, folder.resolve("profile"));
            return new Desk(folder, sample, Gateway.to(sample), browser);
        } catch (IOException | RuntimeException e) {
            sample.close();
            throw e;
        }
    }

    Browser browser() {
        return browser;
    }

    Gateway gateway() {
        return gateway;
    }

    /** Forgets earlier complaints, opens the page anew, in a window of a usual size, and returns when it shows the shop. */
    void visit() throws InterruptedException {
        gateway.open();
        browser.size(1280, 900);
        browser.colours("light");
        browser.consoleErrors();
        browser.hosts();
        browser.open(gateway.page());
        Eventually.asserted(
                Page.PATIENCE, () -> assertThat(browser.text("#connection")).isEqualTo("Up to date"));
    }

    /** The page has not asked anybody else for anything, and the browser has nothing to complain about. */
    void assertNoComplaints() {
        assertThat(browser.hosts()).containsExactly(gateway.page().getAuthority());
        assertThat(browser.consoleErrors().stream()
                        .filter(message -> !REFUSAL.matcher(message).matches()))
                .isEmpty();
    }

    @Override
    public void close() throws InterruptedException {
        browser.close();
        gateway.close();
        sample.close();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
