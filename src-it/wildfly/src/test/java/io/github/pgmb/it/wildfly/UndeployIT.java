package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An EAR that goes waits for what its handlers do, and leaves nothing behind in the server. */
@ArquillianTest
class UndeployIT {

    private static final String EAR = "going";
    private static final Server SERVER = Server.named("wildfly");

    @ArquillianResource
    Deployer deployer;

    @ContainerResource("wildfly")
    ManagementClient management;

    private SqlClient database;
    private Groups groups;
    private int mark;

    @Deployment(name = EAR, managed = false, testable = false)
    static EnterpriseArchive application() {
        return Ear.named(EAR)
                .group(EAR)
                .library(Archives.class, SqlClient.class)
                .web(Web.module("working").with(Worker.class, Work.class))
                .web(Web.module("idle"))
                .build();
    }

    @BeforeEach
    void begin() {
        database = Postgres.emptied(Worker.TABLE);
        groups = new Groups(database);
        mark = SERVER.mark();
    }

    @AfterEach
    void end() {
        deployer.undeploy(EAR);
    }

    @Test
    void aRunningHandlerIsWaitedForAndItsEventIsAcknowledged() {
        deployer.deploy(EAR);
        groups.awaitOwned("going:worker");
        publish("long", 4000);
        publish("next", 0);
        eventually(() -> assertThat(begun()).containsExactly("long"));

        deployer.undeploy(EAR);

        assertThat(ended()).containsExactly("long");
        assertThat(begun()).as("what was begun after the drain").containsExactly("long");
        assertThat(groups.lag("going:worker")).isEqualTo("1");
        assertThat(groups.owner("going:worker")).as("owner").isNull();
        assertThat(groups.nodes()).isEmpty();
        assertThat(SERVER.brokerThreads()).isEmpty();
        assertThat(new Pool(management).inUse()).isZero();
        deployer.deploy(EAR);
        eventually(() -> assertThat(ended()).containsExactly("long", "next"));
        assertThat(SERVER.problems(mark)).isEmpty();
    }

    private void publish(String word, int millis) {
        database.publish("work", "{\"word\": \"%s\", \"millis\": %d}".formatted(word, millis));
    }

    private List<String> begun() {
        return database.list("select word from handled where not ended order by number");
    }

    private List<String> ended() {
        return database.list("select word from handled where ended order by number");
    }
}
