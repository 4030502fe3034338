package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.Broker;
import io.github.pgmb.EventBatch;
import io.github.pgmb.NewEvent;
import io.github.pgmb.OnFailure;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.Retry;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
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
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Inject
    Gate gate;

    @Resource(lookup = Deployments.DATA_SOURCE)
    DataSource dataSource;

    private final AtomicInteger number = new AtomicInteger();

    @Deployment
    static WebArchive application() {
        return Deployments.named("failing", AppDatabase.create())
                .setting("pgmb.handler.recovering.retry.delays", "PT0.1S,PT0.2S,PT0.4S,PT0.8S,PT1S,PT1S,PT1S,PT1S,PT1S")
                .buildForInside(FailingHandlersIT.class);
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

        @PgmbObserves(
                topics = "shared",
                name = "throwing",
                retry = @Retry(initialDelay = "PT0.1S", factor = 1, maxAttempts = Retry.UNLIMITED))
        void throwing(String word) {
            received.add("throwing", word);
            if (!gate.isOpen()) {
                throw new IllegalStateException("on purpose");
            }
        }

        @PgmbObserves(
                topics = "shared",
                name = "broken",
                onFailure = OnFailure.BLOCK,
                retry = @Retry(initialDelay = "PT0.1S", factor = 1, maxAttempts = Retry.UNLIMITED))
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

        @PgmbObserves(topics = "hopeless", name = "hopeless", retry = @Retry(delays = {"PT0.1S", "PT0.2S"}))
        void hopeless(String word) {
            received.add("hopeless", word);
            if (received.by("mended").isEmpty()) {
                throw new IllegalStateException("hopeless " + word, new IllegalArgumentException("why"));
            }
        }

        @PgmbObserves(topics = "parts", name = "parts", splitBy = "/payload/of", retry = @Retry(delays = "PT0.1S"))
        void parts(EventBatch<Item> items) {
            var numbers =
                    items.events().stream().map(item -> item.payload().number()).toList();
            var of = items.events().get(0).payload().of();
            if (received.add(of, numbers) == 1 && of.equals("b")) {
                throw new IllegalStateException("on purpose");
            }
        }

        @PgmbObserves(topics = "recovering", name = "recovering", onFailure = OnFailure.BLOCK)
        void recovering(String word) {
            received.add("recovering", word);
            if (word.equals("b") && received.by("repaired").isEmpty()) {
                throw new IllegalStateException("cannot handle " + word);
            }
        }
    }

    /** A payload. */
    public record Item(String of, int number) {}

    /** What it throws reaches the broker wrapped. */
    @Stateless
    public static class Desk {

        @Inject
        Received received;

        @PgmbObserves(topics = "refused", name = "refused", retry = @Retry(permanent = IllegalArgumentException.class))
        public void refused(String word) {
            received.add("refused", word);
            throw new IllegalStateException(new IllegalArgumentException("never " + word));
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
            assertThat(received.by("throwing")).containsAll(WORDS);
            assertThat(received.by("broken")).hasSizeGreaterThan(1).containsOnly("0");
        });
        assertThat(received.by("hanging")).isEmpty();

        gate.open();
        eventually(() -> {
            assertThat(received.by("hanging")).isEqualTo(WORDS);
            assertThat(received.by("broken")).endsWith(WORDS.toArray());
            assertThat(waiting("throwing")).isEmpty();
        });
        assertThat(new HashSet<>(received.by("throwing"))).isEqualTo(new HashSet<>(WORDS));
    }

    @Test
    void whatFailsOnAllItsAttemptsIsADeadLetterUntilItIsRedriven() {
        broker.publish("hopeless", "a");

        eventually(() -> assertThat(
                        database()
                                .list(
                                        "select reason || ' ' || attempts || ' ' || message from pgmb.list_dead_letters('failing:hopeless')"))
                .containsExactly("attempts 3 java.lang.IllegalStateException: hopeless a"));
        assertThat(database().value("select causes -> 1 ->> 'message' from pgmb.list_dead_letters('failing:hopeless')"))
                .isEqualTo("why");
        assertThat(received.by("hopeless")).containsExactly("a", "a", "a");

        received.add("mended", true);
        assertThat(database().value("select pgmb.redrive_dead_letters('failing:hopeless')::text"))
                .isEqualTo("1");
        eventually(() -> assertThat(received.by("hopeless")).hasSize(4));
        eventually(() -> assertThat(
                        database().list("select event_id::text from pgmb.list_dead_letters('failing:hopeless')"))
                .isEmpty());
    }

    @Test
    void whatFailsForGoodIsADeadLetterAtOnceAlsoIfAnEnterpriseBeanWrapsIt() {
        broker.publish("refused", "a");

        eventually(() -> assertThat(database()
                        .list("select reason || ' ' || attempts from pgmb.list_dead_letters('failing:refused')"))
                .containsExactly("permanent 1"));
        assertThat(received.by("refused")).containsExactly("a");
    }

    @Test
    void partsOfABatchFailOnTheirOwn() {
        broker.publish(Stream.of("a", "b", "a", "b", "c")
                .map(of -> NewEvent.of("parts", new Item(of, number.incrementAndGet())))
                .toList());

        eventually(() -> assertThat(received.by("b")).hasSize(2));
        assertThat(received.by("a")).containsExactly(List.of(1, 3));
        assertThat(received.by("b")).containsExactly(List.of(2, 4), List.of(2, 4));
        assertThat(received.by("c")).containsExactly(List.of(5));
    }

    private SqlClient database() {
        return new SqlClient(dataSource);
    }

    private List<String> waiting(String handler) {
        return database().list("select retry_no::text from pgmb.retry_status where group_id = ?", "failing:" + handler);
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
