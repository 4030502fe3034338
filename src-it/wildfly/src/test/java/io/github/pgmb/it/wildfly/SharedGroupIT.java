package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static io.github.pgmb.test.postgres.Eventually.within;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.wildfly.app.Work;
import io.github.pgmb.it.wildfly.app.Worker;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.it.wildfly.support.Ear;
import io.github.pgmb.it.wildfly.support.Groups;
import io.github.pgmb.it.wildfly.support.Postgres;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import io.github.pgmb.test.postgres.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An EAR and a WAR on one server that share a group: they are two nodes, as if they were on two servers. */
@ArquillianTest
class SharedGroupIT {

    private static final String EAR = "shop";
    private static final String WAR = "office";
    private static final String WORKER = "common:worker";
    private static final String LEASE_MS = "60000";
    /** Far less than the lease. */
    private static final Duration AT_ONCE = Duration.ofSeconds(5);

    private static final Server SERVER = Server.named("wildfly");

    @ArquillianResource
    Deployer deployer;

    private final SqlClient database = Postgres.emptied(Worker.TABLE);
    private final Groups groups = new Groups(database);
    private final int mark = SERVER.mark();

    @Deployment(name = EAR, managed = false, testable = false)
    static EnterpriseArchive ear() {
        return Ear.named(EAR)
                .group("common")
                .setting("pgmb.lease-ms", LEASE_MS)
                .library(Archives.class, SqlClient.class)
                .web(Web.module("shop-web").with(Worker.class, Work.class))
                .build();
    }

    @Deployment(name = WAR, managed = false, testable = false)
    static WebArchive war() {
        return Web.module(WAR)
                .withBroker()
                .group("common")
                .setting("pgmb.lease-ms", LEASE_MS)
                .with(Worker.class, Work.class, Archives.class, SqlClient.class)
                .build();
    }

    @BeforeEach
    void deploy() {
        deployer.deploy(EAR);
        deployer.deploy(WAR);
        groups.awaitOwned(WORKER);
        eventually(() -> assertThat(groups.nodes()).hasSize(2));
    }

    @AfterEach
    void undeploy() {
        deployer.undeploy(EAR);
        deployer.undeploy(WAR);
        assertThat(SERVER.problems(mark)).isEmpty();
    }

    @Test
    void eachEventIsHandledByOneOfThem() {
        var words = publish(0, 200);

        eventually(() -> assertThat(ended()).hasSameSizeAs(words));
        assertThat(ended()).isEqualTo(words);
    }

    @Test
    void whenTheOwnerIsUndeployedTheOtherOneTakesOverAtOnce() {
        var words = publish(0, 100);
        eventually(() -> assertThat(ended()).hasSizeGreaterThan(10));
        var owner = lastWorker();

        deployer.undeploy(owner);

        assertThat(ended()).as("what the owner left").hasSizeLessThan(words.size());
        within(AT_ONCE, () -> assertThat(ended()).hasSameSizeAs(words));
        assertThat(ended()).isEqualTo(words);
        assertThat(lastWorker()).isNotEqualTo(owner).isIn(EAR, WAR);
    }

    private List<String> publish(int first, int end) {
        var words = IntStream.range(first, end).mapToObj(Integer::toString).toList();
        words.forEach(word -> database.publish("work", "{\"word\": \"%s\", \"millis\": 10}".formatted(word)));
        return words;
    }

    private List<String> ended() {
        return database.list("select word from handled where ended order by number");
    }

    private String lastWorker() {
        return database.value("select application from handled order by number desc limit 1");
    }
}
