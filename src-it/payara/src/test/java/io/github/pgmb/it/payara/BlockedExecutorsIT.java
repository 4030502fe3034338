package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static io.github.pgmb.test.postgres.Eventually.throughout;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.Broker;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The broker lives beside an application that fills the container's default executors. */
@ArquillianTest
class BlockedExecutorsIT {

    private static final int TASKS = 60;
    private static final Duration LEASE = Duration.ofSeconds(2);

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Resource
    ManagedExecutorService executor;

    @Resource
    ManagedScheduledExecutorService scheduler;

    @Resource(lookup = Deployments.DATA_SOURCE)
    DataSource dataSource;

    private final CountDownLatch end = new CountDownLatch(1);
    private final List<Future<?>> tasks = new ArrayList<>();

    @Deployment
    static WebArchive application() {
        return Deployments.named("blocked", AppDatabase.create())
                .setting("pgmb.lease-ms", Long.toString(LEASE.toMillis()))
                .buildForInside(BlockedExecutorsIT.class);
    }

    /** A handler. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Received received;

        @PgmbObserves(topics = "words")
        void word(String word) {
            received.add("word", word);
        }
    }

    @BeforeEach
    void block() {
        Health.awaitReady();
        Callable<Void> blocking = () -> {
            end.await();
            return null;
        };
        for (var i = 0; i < TASKS; i++) {
            tasks.add(executor.submit(blocking));
            tasks.add(scheduler.submit(blocking));
        }
    }

    @AfterEach
    void release() throws Exception {
        end.countDown();
        for (var task : tasks) {
            task.get();
        }
    }

    @Test
    void deliveryGoesOnAndNoLeaseIsLost() {
        var database = new SqlClient(dataSource);
        var epoch = epoch(database);
        eventually(() -> assertThat(Health.ready().data("schedulerStarved")).isEqualTo("true"));

        var published = new ArrayList<String>();
        throughout(LEASE.plus(LEASE), () -> {
            var number = published.size();
            published.add("broker " + number);
            broker.publish("words", "broker " + number);
            eventually(() -> assertThat(received.by("word")).isEqualTo(published));
            published.add("sql " + number);
            database.publish("words", "\"sql " + number + "\"");
            eventually(() -> assertThat(received.by("word")).isEqualTo(published));
        });

        assertThat(published).hasSizeGreaterThan(4);
        assertThat(epoch(database)).isEqualTo(epoch);
        assertThat(Health.ready().brokerUp()).isTrue();
    }

    private static String epoch(SqlClient database) {
        return database.value("select node || ' ' || epoch from pgmb.group_owner");
    }
}
