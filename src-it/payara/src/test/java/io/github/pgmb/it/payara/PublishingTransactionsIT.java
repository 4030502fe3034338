package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.Broker;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is published belongs to the publisher's transaction. */
@ArquillianTest
class PublishingTransactionsIT {

    private static final String LAST = "last";

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Inject
    Desk desk;

    @Resource
    UserTransaction transaction;

    @Resource
    ManagedExecutorService executor;

    @Deployment
    static WebArchive application() {
        return Deployments.named("publishing", AppDatabase.create()).buildForInside(PublishingTransactionsIT.class);
    }

    /** Publishes in the transactions of the container. */
    @ApplicationScoped
    public static class Desk {

        @Inject
        Broker broker;

        @Resource
        TransactionSynchronizationRegistry registry;

        @Transactional
        public void publish(String topic, String... words) {
            List.of(words).forEach(word -> broker.publish(topic, word));
        }

        @Transactional
        public void publishAndThrow(String topic, String word) {
            broker.publish(topic, word);
            throw new IllegalStateException("on purpose");
        }

        @Transactional(rollbackOn = IOException.class)
        public void publishAndThrowChecked(String topic, String word) throws IOException {
            broker.publish(topic, word);
            throw new IOException("on purpose");
        }

        @Transactional
        public void publishAndMark(String topic, String word) {
            broker.publish(topic, word);
            registry.setRollbackOnly();
        }
    }

    /** One handler for each test. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Received received;

        @PgmbObserves(topics = "declared")
        void declared(String word) {
            received.add("declared", word);
        }

        @PgmbObserves(topics = "demarcated")
        void demarcated(String word) {
            received.add("demarcated", word);
        }

        @PgmbObserves(topics = "open")
        void open(String word) {
            received.add("open", word);
        }

        @PgmbObserves(topics = "many")
        void many(String word) {
            received.add("many", word);
        }
    }

    @BeforeEach
    void ready() {
        Health.awaitReady();
    }

    @Test
    void rollingBackADeclaredTransactionPublishesNothing() {
        assertThatThrownBy(() -> desk.publishAndThrow("declared", "thrown")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> desk.publishAndThrowChecked("declared", "checked"))
                .isInstanceOf(IOException.class);
        desk.publishAndMark("declared", "marked");
        desk.publish("declared", "first", "second");
        broker.publish("declared", LAST);

        eventually(() -> assertThat(received.by("declared")).contains(LAST));
        assertThat(received.by("declared")).containsExactly("first", "second", LAST);
    }

    @Test
    void rollingBackAUserTransactionPublishesNothing() throws Exception {
        transaction.begin();
        broker.publish("demarcated", "rolled back");
        transaction.rollback();
        transaction.begin();
        broker.publish("demarcated", "committed");
        transaction.commit();
        broker.publish("demarcated", LAST);

        eventually(() -> assertThat(received.by("demarcated")).contains(LAST));
        assertThat(received.by("demarcated")).containsExactly("committed", LAST);
    }

    @Test
    void nothingIsDeliveredBeforeTheCommitAndEverythingAfterIt() throws Exception {
        transaction.begin();
        broker.publish("open", "early");
        executor.submit(() -> broker.publish("open", "late")).get();
        eventually(() -> assertThat(received.by("open")).containsExactly("late"));
        transaction.commit();

        eventually(() -> assertThat(received.by("open")).containsExactly("late", "early"));
    }

    @Test
    void orderIsKeptOverManyTransactions() {
        var words = IntStream.range(0, 300).mapToObj(Integer::toString).toList();
        for (var i = 0; i < words.size(); i += 3) {
            desk.publish("many", words.subList(i, i + 3).toArray(String[]::new));
        }

        eventually(() -> assertThat(received.by("many")).hasSize(words.size()));
        assertThat(received.by("many")).isEqualTo(words);
    }
}
