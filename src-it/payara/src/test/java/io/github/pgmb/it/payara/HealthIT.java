package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static io.github.pgmb.test.postgres.Eventually.throughout;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.payara.container.PayaraServer;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Postgres;
import io.github.pgmb.test.postgres.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the health endpoints say, also about an outage of the database, which the application survives. */
@ArquillianTest
class HealthIT {

    private static final AppDatabase DATABASE = AppDatabase.create("create table handled (word text, ended boolean)");

    @Deployment(testable = false)
    static WebArchive application() {
        return Deployments.named("healthy", DATABASE)
                .setting("pgmb.lease-ms", "2000")
                .setting("pgmb.handler.worker.health.max-lag", "5")
                .with(Worker.class, Work.class, SqlClient.class)
                .build();
    }

    @BeforeEach
    void ready() {
        Health.awaitReady();
    }

    @Test
    void everythingIsUpAndEachHandlerIsShown() {
        publish("word");

        eventually(() -> {
            var ready = Health.ready();
            assertThat(ready.up()).isTrue();
            assertThat(ready.data("phase")).isEqualTo("RUNNING");
            assertThat(ready.data("worker.lag")).isEqualTo("0");
            assertThat(Long.parseLong(ready.data("worker.position"))).isPositive();
            assertThat(ready.data("worker.owner")).isEqualTo(DATABASE.value("select node from pgmb.group_owner"));
            assertThat(ready.data("worker.lastError")).isEmpty();
        });
        assertThat(Health.live().up()).isTrue();
        assertThat(Health.started().up()).isTrue();
    }

    @Test
    void aHandlerThatLagsTooFarBehindIsAReasonUntilItHasCaughtUp() {
        IntStream.range(0, 15).forEach(n -> DATABASE.publish("work", "{\"word\": \"slow\", \"millis\": 200}"));

        eventually(() -> {
            var ready = Health.ready();
            assertThat(ready.up()).isFalse();
            assertThat(ready.data("problem")).contains("PGMB-0306", "handler worker", "the limit is 5");
        });
        assertThat(Health.live().up()).isTrue();
        eventually(() -> assertThat(Health.ready().up()).isTrue());
        assertThat(Health.ready().data("problem")).isEmpty();
    }

    @Test
    void anOutageOfTheDatabaseIsShownLoggedOnceAndSurvived() {
        publish("before");
        eventually(() -> assertThat(handled()).contains("before"));
        var log = PayaraServer.shared().log().length();

        Postgres.server().kill();
        try {
            assertShownMeanwhile();
        } finally {
            Postgres.server().restart();
        }
        publish("after");

        eventually(() -> assertThat(handled()).endsWith("after"));
        eventually(() -> assertThat(Health.ready().up()).isTrue());
        assertThat(PayaraServer.shared().log().substring(log).lines().filter(line -> line.contains("PGMB-")))
                .satisfiesExactly(
                        away -> assertThat(away).contains("PGMB-0205: the database cannot be used"),
                        back -> assertThat(back).contains("PGMB-0305: the database is back"));
    }

    private static void assertShownMeanwhile() {
        eventually(() -> {
            var ready = Health.ready();
            assertThat(ready.up()).isFalse();
            assertThat(ready.data("problem")).isNotEmpty();
        });
        throughout(Duration.ofSeconds(3), () -> {
            assertThat(Health.ready().up()).isFalse();
            assertThat(Health.live().up()).isTrue();
        });
        assertThat(Health.ready().data("worker.lastError"))
                .as("an outage is no failure of a handler")
                .isEmpty();
    }

    private static void publish(String word) {
        DATABASE.publish("work", "{\"word\": \"%s\", \"millis\": 0}".formatted(word));
    }

    private static List<String> handled() {
        return DATABASE.list("select word from handled where ended order by ctid");
    }
}
