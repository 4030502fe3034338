package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.wildfly.app.Work;
import io.github.pgmb.it.wildfly.app.Worker;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.it.wildfly.support.Ear;
import io.github.pgmb.it.wildfly.support.Groups;
import io.github.pgmb.it.wildfly.support.Health;
import io.github.pgmb.it.wildfly.support.Postgres;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import io.github.pgmb.test.postgres.SqlClient;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server without MicroProfile Health, which gives applications no class of its API. */
@ArquillianTest
class WithoutHealthIT {

    private static final String CONTAINER = "without-health";
    private static final String EAR = "healthless-ear";
    private static final String WAR = "healthless-war";
    private static final Server SERVER = Server.named(CONTAINER);

    @ArquillianResource
    Deployer deployer;

    @ArquillianResource
    ContainerController controller;

    private final SqlClient database = Postgres.emptied(Worker.TABLE);

    @Deployment(name = EAR, managed = false, testable = false)
    @TargetsContainer(CONTAINER)
    static EnterpriseArchive ear() {
        return Ear.named(EAR)
                .group(EAR)
                .library(Archives.class, SqlClient.class)
                .web(Web.module("healthless-web").with(Worker.class, Work.class))
                .build();
    }

    @Deployment(name = WAR, managed = false, testable = false)
    @TargetsContainer(CONTAINER)
    static WebArchive war() {
        return Web.module(WAR)
                .withBroker()
                .group(WAR)
                .with(Worker.class, Work.class, Archives.class, SqlClient.class)
                .build();
    }

    @BeforeEach
    void start() {
        controller.start(CONTAINER);
    }

    @AfterEach
    void stop() {
        controller.stop(CONTAINER);
    }

    @Test
    void earAndWarWorkThere() {
        var mark = SERVER.mark();
        deployer.deploy(EAR);
        deployer.deploy(WAR);
        new Groups(database).awaitOwned(EAR + ":worker", WAR + ":worker");

        database.publish("work", "{\"word\": \"first\", \"millis\": 0}");

        eventually(() -> assertThat(database.list("select application from handled where ended order by application"))
                .containsExactly(EAR, WAR));
        assertThat(Health.ready(SERVER).checks()).as("no health to ask").isEmpty();
        deployer.undeploy(EAR);
        deployer.undeploy(WAR);
        assertThat(SERVER.problems(mark)).isEmpty();
        assertThat(SERVER.log(mark)).doesNotContain("NoClassDefFoundError", "ClassNotFoundException", "WELD-000119");
    }
}
