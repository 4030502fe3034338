package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.Broker;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.ejb.Stateless;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceContext;
import jakarta.persistence.Table;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.IOException;
import java.util.List;
import javax.sql.CommonDataSource;
import javax.sql.DataSource;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A handler's effects and the acknowledgement of its event commit together or not at all, whatever the data source is. */
@ArquillianTest
abstract class TransactionalHandlers {

    private static final int FAILURES = 3;

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Inject
    Ledger ledger;

    static WebArchive application(String name, Class<? extends CommonDataSource> dataSource, Class<?> test) {
        return Deployments.named(name, AppDatabase.create("create table ledger (handler text, word text not null)"))
                .dataSource(dataSource)
                .with(TransactionalHandlers.class)
                .with(TransactionalHandlers.class.getDeclaredClasses())
                .withPersistence()
                .setting("pgmb.retry.delays", "PT0.1S,PT0.2S,PT0.4S,PT0.8S")
                .setting("pgmb.handler.slow.transaction-timeout", "PT1S")
                .buildForInside(test);
    }

    /** What handlers write. */
    @ApplicationScoped
    public static class Ledger {

        @Resource(lookup = Deployments.DATA_SOURCE)
        DataSource dataSource;

        @Inject
        Received received;

        /** Whether this call is to fail; notes what earlier calls have left. */
        boolean isToFail(String handler) {
            return received.add(handler, words(handler).size()) <= FAILURES;
        }

        void write(String handler, String word) {
            database().execute("insert into ledger values (?, ?)", handler, word);
        }

        List<String> words(String handler) {
            return database().list("select word from ledger where handler = ? order by 1", handler);
        }

        SqlClient database() {
            return new SqlClient(dataSource);
        }
    }

    /** A row that JPA writes. */
    @Entity
    @Table(name = "ledger")
    public static class Entry {

        @Id
        String handler;

        String word;
    }

    /** Each writes, and then fails in its own way a few times. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Ledger ledger;

        @Inject
        Received received;

        @Inject
        Broker broker;

        @Resource
        TransactionSynchronizationRegistry registry;

        @PersistenceContext
        EntityManager entities;

        @Transactional
        @PgmbObserves(topics = "unchecked")
        void unchecked(String word) {
            var fails = ledger.isToFail("unchecked");
            ledger.write("unchecked", word);
            if (fails) {
                throw new IllegalStateException("on purpose");
            }
        }

        @Transactional
        @PgmbObserves(topics = "checked")
        void checked(String word) throws IOException {
            var fails = ledger.isToFail("checked");
            ledger.write("checked", word);
            if (fails) {
                throw new IOException("on purpose");
            }
        }

        @Transactional(dontRollbackOn = Exception.class)
        @PgmbObserves(topics = "tolerated")
        void tolerated(String word) throws IOException {
            var fails = ledger.isToFail("tolerated");
            ledger.write("tolerated", word);
            if (fails) {
                throw new IOException("on purpose");
            }
        }

        @Transactional(TxType.MANDATORY)
        @PgmbObserves(topics = "marked")
        void marked(String word) {
            var fails = ledger.isToFail("marked");
            ledger.write("marked", word);
            if (fails) {
                registry.setRollbackOnly();
            }
        }

        @Transactional
        @PgmbObserves(topics = "persisted")
        void persisted(String word) {
            var fails = ledger.isToFail("persisted");
            var entry = new Entry();
            entry.handler = "persisted";
            entry.word = word;
            entities.persist(entry);
            if (fails) {
                entities.flush();
                throw new IllegalStateException("on purpose");
            }
        }

        /** Fails only when the entity is written, which is at the commit. */
        @Transactional
        @PgmbObserves(topics = "refused")
        void refused(String word) {
            var entry = new Entry();
            entry.handler = "refused";
            entry.word = ledger.isToFail("refused") ? null : word;
            entities.persist(entry);
        }

        @Transactional
        @PgmbObserves(topics = "calm")
        void calm(String word) {
            ledger.write("calm", word);
        }

        @Transactional
        @PgmbObserves(topics = "slow", name = "slow")
        void slow(String word) throws InterruptedException {
            if (received.add("slow", word) == 1) {
                Thread.sleep(2500);
            }
            ledger.write("slow", word);
        }

        @Transactional
        @PgmbObserves(topics = "chain")
        void publishes(String word) {
            broker.publish("chained", word + "!");
            if (received.add("publishes", word) <= FAILURES) {
                throw new IllegalStateException("on purpose");
            }
        }

        @PgmbObserves(topics = "chained")
        void chained(String word) {
            received.add("chained", word);
        }
    }

    /** An EJB is transactional by itself. */
    @Stateless
    public static class Desk {

        @Inject
        Ledger ledger;

        @PgmbObserves(topics = "enterprise")
        public void enterprise(String word) {
            var fails = ledger.isToFail("enterprise");
            ledger.write("enterprise", word);
            if (fails) {
                throw new IllegalStateException("on purpose");
            }
        }
    }

    @BeforeEach
    void ready() {
        Health.awaitReady();
    }

    @Test
    void anUncheckedExceptionRollsBack() {
        assertRolledBackUntilItSucceeds("unchecked");
    }

    @Test
    void aCheckedExceptionRollsBack() {
        assertRolledBackUntilItSucceeds("checked");
    }

    @Test
    void anExceptionThatTheContainerWouldTolerateRollsBack() {
        assertRolledBackUntilItSucceeds("tolerated");
    }

    @Test
    void markingForRollbackWithoutAnExceptionIsAFailure() {
        assertRolledBackUntilItSucceeds("marked");
    }

    @Test
    void entitiesAreRolledBack() {
        assertRolledBackUntilItSucceeds("persisted");
    }

    @Test
    void anEntityThatTheDatabaseRefusesAtTheCommitIsAFailure() {
        assertRolledBackUntilItSucceeds("refused");
    }

    @Test
    void enterpriseBeansAreRolledBack() {
        assertRolledBackUntilItSucceeds("enterprise");
    }

    @Test
    void whatAHandlerPublishesIsRolledBackWithIt() {
        broker.publish("chain", "word");
        eventually(() -> assertThat(received.by("chained")).contains("word!"));
        broker.publish("chained", "last");

        eventually(() -> assertThat(received.by("chained")).contains("last"));
        assertThat(received.by("publishes")).hasSize(FAILURES + 1);
        assertThat(received.by("chained")).containsExactly("word!", "last");
    }

    private void assertRolledBackUntilItSucceeds(String handler) {
        broker.publish(handler, "word");

        eventually(() -> assertThat(ledger.words(handler)).containsExactly("word"));
        assertThat(received.by(handler)).as("rows that each call found").containsExactly(0, 0, 0, 0);
        var pauses = received.pauses(handler);
        assertThat(pauses.get(0).toMillis()).isGreaterThanOrEqualTo(100);
        assertThat(pauses.get(1).toMillis()).isGreaterThanOrEqualTo(200);
        assertThat(pauses.get(2).toMillis()).isGreaterThanOrEqualTo(400);
        assertThat(ledger.database()
                        .list(
                                "select r.no::text from pgmb.retries r join pgmb.subscription_groups g"
                                        + " on g.no = r.group_no where g.id like ?",
                                "%-" + handler))
                .as("what still waits")
                .isEmpty();
    }

    @Test
    void effectAndProgressAreOfOneTransaction() {
        broker.publish("calm", "word");

        eventually(() -> assertThat(ledger.words("calm")).containsExactly("word"));
        assertThat(progress("calm"))
                .as("the transaction that stored the progress")
                .isEqualTo(ledger.database().list("select xmin::text from ledger where handler = 'calm'"));
    }

    /** The limit is its own: others on the same threads may take as long as the container allows. */
    @Test
    void aTransactionThatTakesLongerThanItsLimitIsAFailure() {
        broker.publish("slow", "word");

        eventually(() -> assertThat(ledger.words("slow")).containsExactly("word"));
        assertThat(received.by("slow")).hasSize(2);
    }

    private List<String> progress(String handler) {
        return ledger.database()
                .list(
                        "select p.xmin::text from pgmb.progress p join pgmb.subscription_groups g on g.no = p.group_no"
                                + " where g.id like ? and p.to_pos > 0",
                        "%-" + handler);
    }
}
