package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.wildfly.app.Work;
import io.github.pgmb.it.wildfly.app.Worker;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.it.wildfly.support.Groups;
import io.github.pgmb.it.wildfly.support.Health;
import io.github.pgmb.it.wildfly.support.Postgres;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import io.github.pgmb.test.postgres.SqlClient;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;

/** A WAR alone, with the library in its WEB-INF/lib. */
@ArquillianTest
class WarIT {

    private static final String WAR = "alone";
    private static final Server SERVER = Server.named("wildfly");

    @ArquillianResource
    Deployer deployer;

    private final SqlClient database = Postgres.emptied(Worker.TABLE);
    private final int mark = SERVER.mark();

    @Deployment(name = WAR, managed = false, testable = false)
    static WebArchive application() {
        return Web.module(WAR)
                .withBroker()
                .group(WAR)
                .with(Worker.class, Work.class, Archives.class, SqlClient.class)
                .build();
    }

    @Test
    void itReceivesEventsAndIsReady() {
        deployer.deploy(WAR);
        new Groups(database).awaitOwned("alone:worker");
        database.publish("work", "{\"word\": \"first\", \"millis\": 0}");

        eventually(() -> assertThat(database.list("select word || ' in ' || application from handled where ended"))
                .containsExactly("first in alone"));
        eventually(() -> {
            var health = Health.ready(SERVER);
            assertThat(health.status()).isEqualTo(Health.UP);
            assertThat(health.checks()).hasSize(1);
            assertThat(health.checks().get(0).getJsonObject("data").getInt("worker.lag"))
                    .isZero();
        });

        deployer.undeploy(WAR);
        assertThat(SERVER.brokerThreads()).isEmpty();
        assertThat(SERVER.problems(mark)).isEmpty();
    }
}
