package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.wildfly.app.Desk;
import io.github.pgmb.it.wildfly.app.Ledger;
import io.github.pgmb.it.wildfly.app.SharedDesk;
import io.github.pgmb.it.wildfly.app.WebDesk;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.it.wildfly.support.Ear;
import io.github.pgmb.it.wildfly.support.Groups;
import io.github.pgmb.it.wildfly.support.Postgres;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import io.github.pgmb.test.postgres.SqlClient;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two WARs, an EJB jar and a library in one EAR, with the settings in one of the WARs: effect and acknowledgement are one. */
@ArquillianTest
class TransactionsIT {

    private static final String EAR = "desks";
    private static final List<String> HANDLERS = List.of("desk", "shared", "web");
    private static final Server SERVER = Server.named("wildfly");

    @ArquillianResource
    Deployer deployer;

    private final SqlClient database = Postgres.emptied(Ledger.TABLE);
    private final int mark = SERVER.mark();

    @Deployment(name = EAR, managed = false, testable = false)
    static EnterpriseArchive application() {
        return Ear.named(EAR)
                .library(Archives.class, SqlClient.class, Ledger.class, SharedDesk.class)
                .ejb(Desk.class)
                .web(Web.module("front").group(EAR))
                .web(Web.module("back").with(WebDesk.class))
                .build();
    }

    @BeforeEach
    void deploy() {
        HANDLERS.forEach(handler -> database.execute("create sequence " + Ledger.calls(handler)));
        deployer.deploy(EAR);
        new Groups(database).awaitOwned("desks:desk", "desks:shared", "desks:web");
        database.execute("create table settled (group_no bigint, xid text)");
        database.execute(
                "create function settled() returns trigger language plpgsql as $$ begin"
                        + " insert into public.settled values (old.group_no, pg_current_xact_id()::xid::text); return null; end $$");
        database.execute("create trigger settled after delete on pgmb.retries"
                + " for each row execute function public.settled()");
    }

    @AfterEach
    void undeploy() {
        deployer.undeploy(EAR);
        // PGMB-0501: the module without settings may be the first to start, since WildFly starts modules in parallel.
        assertThat(SERVER.problems(mark))
                .filteredOn(line -> line.contains("pgmb") && !line.contains("PGMB-0501"))
                .allMatch(line -> line.contains("on purpose"));
    }

    @Test
    void failedCallsLeaveNoRowAndTheRowOfTheLastOneIsWrittenWithTheAcknowledgement() {
        database.publish("orders", "\"tea\"");
        database.publish("orders", "\"milk\"");

        eventually(() -> assertThat(HANDLERS)
                .allSatisfy(handler -> assertThat(words(handler)).containsExactlyInAnyOrder("tea", "milk")));
        assertThat(HANDLERS)
                .allSatisfy(handler -> assertThat(calls(handler)).isEqualTo(Ledger.FAILURES + 2))
                .allSatisfy(handler ->
                        assertThat(transactionsOfAcknowledgement(handler)).contains(transactionOfLastRow(handler)));
    }

    private List<String> words(String handler) {
        return database.list("select word from ledger where handler = ? order by number", handler);
    }

    private int calls(String handler) {
        return Integer.parseInt(database.value("select last_value from " + Ledger.calls(handler)));
    }

    /** What has failed is acknowledged by deleting its retry. */
    private List<String> transactionsOfAcknowledgement(String handler) {
        return database.list(
                "select s.xid from settled s join pgmb.subscription_groups g on g.no = s.group_no where g.id = ?",
                EAR + ":" + handler);
    }

    private String transactionOfLastRow(String handler) {
        return database.value("select xmin::text from ledger where handler = ? order by number desc limit 1", handler);
    }
}
