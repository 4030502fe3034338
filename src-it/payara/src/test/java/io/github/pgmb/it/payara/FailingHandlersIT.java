package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.Broker;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A handler that fails or hangs is called again and delays nobody else. */
@ArquillianTest
class FailingHandlersIT {

    private static final List<String> WORDS =
            IntStream.range(0, 20).mapToObj(Integer::toString).toList();
    private static final Duration FIRST_PAUSE = Duration.ofMillis(75);

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Inject
    Gate gate;

    @Deployment
    static WebArchive application() {
        return Deployments.named("failing", AppDatabase.create()).buildForInside(FailingHandlersIT.class);
    }

    /** Holds handlers up until it is opened. */
    @ApplicationScoped
    public static class Gate {

        private final CountDownLatch opened = new CountDownLatch(1);

        public void open() {
            opened.countDown();
        }

        void pass() throws InterruptedException {
            if (!opened.await(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("the gate was not opened");
            }
        }

        boolean isOpen() {
            return opened.getCount() == 0;
        }
    }

    /** Four of one topic, and one that recovers. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Received received;

        @Inject
        Gate gate;

        @PgmbObserves(topics = "shared", name = "healthy")
        void healthy(String word) {
            received.add("healthy", word);
        }

        @PgmbObserves(topics = "shared", name = "throwing")
        void throwing(String word) {
            received.add("throwing", word);
            if (!gate.isOpen()) {
                throw new IllegalStateException("on purpose");
            }
        }

        @PgmbObserves(topics = "shared", name = "broken")
        void broken(String word) {
            received.add("broken", word);
            if (!gate.isOpen()) {
                throw new NoClassDefFoundError("on purpose");
            }
        }

        @PgmbObserves(topics = "shared", name = "hanging")
        void hanging(String word) throws InterruptedException {
            gate.pass();
            received.add("hanging", word);
        }

        @PgmbObserves(topics = "recovering", name = "recovering")
        void recovering(String word) {
            received.add("recovering", word);
            if (word.equals("b") && received.by("repaired").isEmpty()) {
                throw new IllegalStateException("cannot handle " + word);
            }
        }
    }

    @BeforeEach
    void ready() {
        Health.awaitReady();
    }

    @Test
    void othersOfTheSameTopicReceiveEverythingMeanwhile() {
        WORDS.forEach(word -> broker.publish("shared", word));

        eventually(() -> assertThat(received.by("healthy")).isEqualTo(WORDS));
        eventually(() -> {
            assertThat(received.by("throwing")).hasSizeGreaterThan(1).containsOnly("0");
            assertThat(received.by("broken")).hasSizeGreaterThan(1).containsOnly("0");
        });
        assertThat(received.by("hanging")).isEmpty();

        gate.open();
        eventually(() -> {
            assertThat(received.by("hanging")).isEqualTo(WORDS);
            assertThat(received.by("throwing")).endsWith(WORDS.toArray());
            assertThat(received.by("broken")).endsWith(WORDS.toArray());
        });
    }

    @Test
    void aFailureIsShownAndTriedAgainAfterGrowingPausesUntilItSucceeds() {
        List.of("a", "b", "c").forEach(word -> broker.publish("recovering", word));

        eventually(() -> {
            assertThat(Health.ready().data("recovering.lastError")).isEqualTo("cannot handle b");
            assertThat(Health.ready().data("recovering.lastErrorAt")).isNotEmpty();
        });
        eventually(() -> assertThat(received.by("recovering"))
                .startsWith("a", "b", "b", "b", "b", "b")
                .doesNotContain("c"));
        var pauses = received.pauses("recovering");
        for (var failures = 1; failures <= 4; failures++) {
            assertThat(pauses.get(failures))
                    .as("pause after failure " + failures)
                    .isGreaterThanOrEqualTo(FIRST_PAUSE.multipliedBy(1L << (failures - 1)));
        }

        received.add("repaired", true);
        eventually(() -> assertThat(received.by("recovering")).endsWith("b", "c"));
        eventually(() -> {
            var health = Health.ready();
            assertThat(health.data("recovering.lastError")).isEmpty();
            assertThat(health.data("recovering.position")).isEqualTo("3");
            assertThat(health.data("recovering.lag")).isEqualTo("0");
        });
    }
}
