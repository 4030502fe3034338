package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.wildfly.app.Ledger;
import io.github.pgmb.it.wildfly.app.SlowDesk;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.it.wildfly.support.Groups;
import io.github.pgmb.it.wildfly.support.Postgres;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import io.github.pgmb.test.postgres.SqlClient;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transaction that takes longer than its limit is a failed attempt, also if the handler does not notice. */
@ArquillianTest
class TransactionTimeoutIT {

    private static final String WAR = "slow";
    private static final Server SERVER = Server.named("wildfly");

    @ArquillianResource
    Deployer deployer;

    private final SqlClient database = Postgres.emptied(Ledger.TABLE, "create sequence " + Ledger.calls("slow"));
    private final int mark = SERVER.mark();

    @Deployment(name = WAR, managed = false, testable = false)
    static WebArchive application() {
        return Web.module(WAR)
                .withBroker()
                .group(WAR)
                .setting("pgmb.handler.slow.transaction-timeout", "PT1S")
                .with(SlowDesk.class, Ledger.class, Archives.class, SqlClient.class)
                .build();
    }

    @AfterEach
    void undeploy() {
        deployer.undeploy(WAR);
    }

    @Test
    void itIsRolledBackAndTriedAgain() {
        deployer.deploy(WAR);
        new Groups(database).awaitOwned("slow:slow");
        database.publish("orders", "\"tea\"");

        eventually(() -> assertThat(database.list("select word from ledger")).containsExactly("tea"));
        assertThat(database.value("select last_value from " + Ledger.calls("slow")))
                .isEqualTo("2");
        assertThat(database.list("select retry_no::text from pgmb.retry_status"))
                .isEmpty();
        assertThat(SERVER.problems(mark))
                .filteredOn(line -> line.contains("PGMB-"))
                .singleElement()
                .asString()
                .contains("PGMB-0401", "slow");
    }
}
