package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static io.github.pgmb.test.postgres.Eventually.throughout;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.payara.container.PayaraServer;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.test.postgres.SqlClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An application that goes leaves nothing behind in the server, and goes on where it was when it comes back. */
@ArquillianTest
class UndeployIT {

    private static final String PATIENT = "patient";
    private static final String IMPATIENT = "impatient";
    private static final String SESSIONS = " from pg_stat_activity where datname = current_database()"
            + " and application_name = '" + Deployments.APPLICATION_NAME + "'";
    private static final AppDatabase DATABASE = AppDatabase.create("create table handled (word text, ended boolean)");

    @ArquillianResource
    Deployer deployer;

    private String deployed = "";

    @Deployment(name = PATIENT, managed = false, testable = false)
    static WebArchive patient() {
        return application(PATIENT).build();
    }

    @Deployment(name = IMPATIENT, managed = false, testable = false)
    static WebArchive impatient() {
        return application(IMPATIENT).setting("pgmb.drain-timeout-ms", "500").build();
    }

    private static Deployments application(String name) {
        return Deployments.named(name, DATABASE).with(Worker.class, Work.class, SqlClient.class);
    }

    @BeforeEach
    void empty() {
        DATABASE.execute("truncate handled");
        DATABASE.execute("drop schema if exists pgmb cascade");
    }

    @AfterEach
    void undeployIfATestFailedBeforeIt() {
        if (!deployed.isEmpty()) {
            undeploy();
        }
    }

    @Test
    void nothingIsLeftBehind() {
        deploy(PATIENT);
        publish("word", 0);
        eventually(() -> assertThat(ended()).containsExactly("word"));
        assertThat(brokerThreads()).isNotEmpty();
        assertThat(DATABASE.list("select query" + SESSIONS)).isNotEmpty();
        assertThat(DATABASE.list("select node from pgmb.group_owner where node is not null"))
                .hasSize(1);

        undeploy();

        assertNothingIsLeft();
    }

    @Test
    void redeployingAgainAndAgainLosesAndRepeatsNothing() {
        var words = new ArrayList<String>();
        deploy(PATIENT);
        for (var round = 0; round < 5; round++) {
            words.add("up " + round);
            publish("up " + round, 0);
            undeploy();
            assertNothingIsLeft();
            words.add("down " + round);
            publish("down " + round, 0);
            deploy(PATIENT);
        }

        eventually(() -> assertThat(ended()).hasSameSizeAs(words));
        assertThat(ended()).isEqualTo(words);
    }

    @Test
    void aRunningHandlerIsWaitedFor() {
        deploy(PATIENT);
        publish("long", 4000);
        publish("next", 0);
        eventually(() -> assertThat(begun()).containsExactly("long"));

        undeploy();

        assertThat(ended()).containsExactly("long");
        assertThat(begun()).as("what was begun after the drain").containsExactly("long");
        assertThat(lag(PATIENT)).isEqualTo("1");
        assertNothingIsLeft();
        deploy(PATIENT);
        eventually(() -> assertThat(ended()).containsExactly("long", "next"));
    }

    @Test
    void aHandlerThatTakesTooLongIsInterruptedAndItsEventComesAgain() {
        deploy(IMPATIENT);
        publish("endless", 60_000);
        eventually(() -> assertThat(begun()).containsExactly("endless"));

        var before = Instant.now();
        undeploy();

        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(15));
        assertThat(lag(IMPATIENT)).isEqualTo("1");
        assertNothingIsLeft();
        deploy(IMPATIENT);
        eventually(() -> assertThat(begun()).containsExactly("endless", "endless"));
    }

    private void deploy(String name) {
        deployer.deploy(name);
        deployed = name;
        Health.awaitReady();
    }

    private void undeploy() {
        deployer.undeploy(deployed);
        deployed = "";
    }

    private static void publish(String word, int millis) {
        DATABASE.publish("work", "{\"word\": \"%s\", \"millis\": %d}".formatted(word, millis));
    }

    private static List<String> begun() {
        return DATABASE.list("select word from handled where not ended order by ctid");
    }

    private static List<String> ended() {
        return DATABASE.list("select word from handled where ended order by ctid");
    }

    private static String lag(String application) {
        return DATABASE.value("select lag from pgmb.group_status where group_id = ?", application + ":worker");
    }

    /** At once: whoever asks after the undeployment must not have to wait. */
    private static void assertNothingIsLeft() {
        assertThat(brokerThreads()).as("threads").isEmpty();
        assertThat(DATABASE.list("select node from pgmb.nodes")).as("nodes").isEmpty();
        assertThat(DATABASE.list("select node from pgmb.group_owner where node is not null"))
                .as("owned groups")
                .isEmpty();
        // Payara itself leaves the idle sessions of its pools open, until an application of this name comes again.
        assertThat(DATABASE.list("select query" + SESSIONS + " and state <> 'idle'"))
                .as("sessions that do something")
                .isEmpty();
        var before = DATABASE.list("select pid || ' ' || state_change" + SESSIONS + " order by 1");
        throughout(
                Duration.ofMillis(500),
                () -> assertThat(DATABASE.list("select pid || ' ' || state_change" + SESSIONS + " order by 1"))
                        .as("sessions and their last use")
                        .isEqualTo(before));
    }

    private static List<String> brokerThreads() {
        return PayaraServer.shared().threads().stream()
                .filter(name -> name.startsWith("pgmb"))
                .toList();
    }
}
