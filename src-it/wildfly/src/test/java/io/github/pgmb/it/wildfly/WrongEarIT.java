package io.github.pgmb.it.wildfly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.pgmb.it.wildfly.app.WrongDesk;
import io.github.pgmb.it.wildfly.app.WrongOtherWeb;
import io.github.pgmb.it.wildfly.app.WrongShared;
import io.github.pgmb.it.wildfly.app.WrongWeb;
import io.github.pgmb.it.wildfly.support.Ear;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import java.util.Map;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;

/** Wrong declarations in all kinds of modules fail the deployment, and can be corrected all at once. */
@ArquillianTest
class WrongEarIT {

    private static final String WRONG = "wrong";
    private static final Server SERVER = Server.named("wildfly");

    /** Each method, and what is said about it. */
    private static final Map<String, String> CODES = Map.of(
            "WrongWeb.withoutInterest(String)", "PGMB-0003",
            "WrongWeb.withResult(String)", "PGMB-0014",
            "WrongOtherWeb.badTopic(String)", "PGMB-0004",
            "WrongShared.badName(String)", "PGMB-0007",
            "WrongDesk.ownTransaction(String)", "PGMB-0011");

    @ArquillianResource
    Deployer deployer;

    @Deployment(name = WRONG, managed = false, testable = false)
    static EnterpriseArchive application() {
        return Ear.named(WRONG)
                .group(WRONG)
                .library(WrongShared.class)
                .ejb(WrongDesk.class)
                .web(Web.module("wrong-web").with(WrongWeb.class))
                .web(Web.module("wrong-other-web").with(WrongOtherWeb.class))
                .build();
    }

    @Test
    void theDeploymentFailsWithEveryMistakeOfEveryModule() {
        var mark = SERVER.mark();

        var refusal = catchThrowable(() -> deployer.deploy(WRONG));

        assertThat(refusal).isNotNull();
        CODES.forEach((method, code) -> assertThat(refusal.getMessage())
                .as(method)
                .containsPattern(code + ": @PgmbObserves "
                        + Pattern.quote(WrongWeb.class.getPackageName() + "." + method) + " .*Accepted: "));
        assertThat(refusal.getMessage())
                .containsPattern("PGMB-0008: @PgmbObserves .*sameName\\(String\\) .*Accepted: ");
        assertThat(SERVER.brokerThreads()).isEmpty();
        assertThat(SERVER.log(mark)).doesNotContain("PGMB-0402");
    }
}
