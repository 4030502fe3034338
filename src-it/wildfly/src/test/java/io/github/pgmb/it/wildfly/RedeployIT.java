package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.wildfly.app.Canary;
import io.github.pgmb.it.wildfly.app.CanaryHandler;
import io.github.pgmb.it.wildfly.app.Leak;
import io.github.pgmb.it.wildfly.app.WebCanary;
import io.github.pgmb.it.wildfly.app.Work;
import io.github.pgmb.it.wildfly.app.Worker;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.it.wildfly.support.Ear;
import io.github.pgmb.it.wildfly.support.Groups;
import io.github.pgmb.it.wildfly.support.Pool;
import io.github.pgmb.it.wildfly.support.Postgres;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import io.github.pgmb.test.postgres.SqlClient;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.as.arquillian.api.ContainerResource;
import org.jboss.as.arquillian.container.ManagementClient;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;

/** An EAR that comes and goes again and again leaves nothing in the server: no thread, no connection, no class loader. */
@ArquillianTest
class RedeployIT {

    private static final String EAR = "comes-and-goes";
    private static final String LEAKING = "leaking";
    private static final int ROUNDS = 20;
    private static final Server SERVER = Server.named("wildfly");

    @ArquillianResource
    Deployer deployer;

    @ContainerResource("wildfly")
    ManagementClient management;

    private final SqlClient database = Postgres.emptied(Worker.TABLE);
    private final Groups groups = new Groups(database);
    private final int mark = SERVER.mark();

    @Deployment(name = EAR, managed = false, testable = false)
    static EnterpriseArchive application() {
        return Ear.named(EAR)
                .group(EAR)
                .library(Archives.class, SqlClient.class, Canary.class)
                .web(Web.module("singing").with(CanaryHandler.class, WebCanary.class))
                .web(Web.module("working").with(Worker.class, Work.class))
                .build();
    }

    @Deployment(name = LEAKING, managed = false, testable = false)
    static EnterpriseArchive leaking() {
        return Ear.withoutBroker(LEAKING)
                .library(Canary.class, Leak.class)
                .web(Web.module("leaking-web"))
                .build();
    }

    @Test
    void nothingIsLeftAfterManyRounds() {
        var canaries = SERVER.instances(Canary.class);
        for (var round = 1; round <= ROUNDS; round++) {
            deployer.deploy(EAR);
            handleOneOfEach(round);
            deployer.undeploy(EAR);
        }

        assertThat(SERVER.brokerThreads()).as("threads").isEmpty();
        assertThat(new Pool(management).inUse()).as("connections in use").isZero();
        assertThat(groups.nodes()).as("nodes").isEmpty();
        assertThat(database.list("select node from pgmb.group_owner where node is not null"))
                .as("owned groups")
                .isEmpty();
        // JDK 17 itself keeps one: that of the record whose equals it has linked last
        // (java.lang.runtime.ObjectMethods).
        eventually(() -> {
            assertThat(SERVER.instances(Canary.class))
                    .as("class loaders of EARs")
                    .isLessThanOrEqualTo(canaries + 1);
            assertThat(SERVER.instances(WebCanary.class))
                    .as("class loaders of WARs")
                    .isLessThanOrEqualTo(1);
        });
        assertThat(SERVER.problems(mark)).isEmpty();
    }

    @Test
    void aClassLoaderThatLeaksIsFound() {
        var canaries = SERVER.instances(Canary.class);

        deployer.deploy(LEAKING);
        deployer.undeploy(LEAKING);

        assertThat(SERVER.instances(Canary.class)).isEqualTo(canaries + 1);
    }

    private void handleOneOfEach(int round) {
        groups.awaitOwned(EAR + ":canary", EAR + ":worker");
        database.publish("songs", "\"song " + round + "\"");
        database.publish("work", "{\"word\": \"%d\", \"millis\": 0}".formatted(round));
        eventually(() -> {
            assertThat(database.list("select word from handled where ended")).hasSize(round);
            assertThat(List.of(groups.lag(EAR + ":canary"), groups.lag(EAR + ":worker")))
                    .containsOnly("0");
        });
        if (round == 1) {
            assertThat(SERVER.instances(WebCanary.class))
                    .as("what would be found")
                    .isEqualTo(1);
        }
    }
}
