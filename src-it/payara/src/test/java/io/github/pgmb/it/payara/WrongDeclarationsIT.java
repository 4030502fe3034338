package io.github.pgmb.it.payara;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.pgmb.it.payara.container.PayaraServer;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import java.util.Map;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** Wrong declarations fail the deployment, and whoever reads the server's answer can correct them all at once. */
@ArquillianTest
class WrongDeclarationsIT {

    private static final String WRONG = "wrong";

    /** Each method, and what is said about it. */
    private static final Map<String, String> CODES = Map.ofEntries(
            Map.entry("withoutParameter\\(\\)", "PGMB-0001"),
            Map.entry("withoutInterest\\(String\\)", "PGMB-0003"),
            Map.entry("badTopic\\(String\\)", "PGMB-0004"),
            Map.entry("badParams\\(String\\)", "PGMB-0006"),
            Map.entry("badName\\(String\\)", "PGMB-0007"),
            Map.entry("(one|same)Name\\(String\\)", "PGMB-0008"),
            Map.entry("rawEvent\\(Event\\)", "PGMB-0009"),
            Map.entry("unreadable\\(Runnable\\)", "PGMB-0010"),
            Map.entry("ownTransaction\\(String\\)", "PGMB-0011"),
            Map.entry("notIntercepted\\(String\\)", "PGMB-0012"),
            Map.entry("withResult\\(String\\)", "PGMB-0014"),
            Map.entry("ofSession\\(String\\)", "PGMB-0016"),
            Map.entry("badDelay\\(String\\)", "PGMB-0018"),
            Map.entry("bothKindsOfDelays\\(String\\)", "PGMB-0018"),
            Map.entry("splitEvent\\(String\\)", "PGMB-0019"),
            Map.entry("badPointer\\(EventBatch\\)", "PGMB-0019"));

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = WRONG, managed = false, testable = false)
    static WebArchive application() {
        return Deployments.named(WRONG, AppDatabase.create())
                .with(WrongHandlers.class)
                .build();
    }

    @Test
    void theDeploymentFailsWithEveryMistakeAtOnce() {
        var refusal = catchThrowable(() -> deployer.deploy(WRONG));

        assertThat(refusal).isNotNull();
        CODES.forEach((method, code) -> assertThat(refusal.getMessage())
                .as(method)
                .containsPattern(code + ": @PgmbObserves " + Pattern.quote(WrongHandlers.class.getName())
                        + "[$a-zA-Z]*\\." + method + " .*Accepted: "));
        assertThat(PayaraServer.shared().threads()).noneMatch(name -> name.startsWith("pgmb"));
    }
}
