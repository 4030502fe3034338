package io.github.pgmb.it.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the page forbids the browser, whatever might get into it. */
@Order(5)
@ExtendWith(DeskExtension.class)
class PolicyIT {

    @Test
    void noScriptInsideOfThePageRunsAndNothingComesFromElsewhere(Desk desk) throws InterruptedException {
        var browser = desk.browser();

        browser.evaluate("""
                (() => {
                  const script = document.createElement('script');
                  script.textContent = 'document.title = "taken over"';
                  document.head.append(script);
                  const style = document.createElement('style');
                  style.textContent = 'h1 { color: rgb(1, 2, 3) }';
                  document.head.append(style);
                  fetch('http://localhost:9/').catch(error => window.fetchError = error);
                })()""");

        var complaints = new ArrayList<String>();
        Eventually.asserted(Page.PATIENCE, () -> {
            complaints.addAll(browser.consoleErrors());
            assertThat(complaints)
                    .anyMatch(complaint -> complaint.contains("inline script"))
                    .anyMatch(complaint -> complaint.contains("inline style"))
                    .anyMatch(complaint -> complaint.contains("http://localhost:9/"));
        });
        assertThat(complaints).allMatch(complaint -> complaint.contains("Content Security Policy"));
        assertThat(browser.evaluate("document.title")).isEqualTo("Order desk – PGMB sample");
        assertThat(browser.evaluate("getComputedStyle(document.querySelector('h1')).color"))
                .isNotEqualTo("rgb(1, 2, 3)");
        // Forgets what was wrong on purpose.
        desk.visit();
    }
}
