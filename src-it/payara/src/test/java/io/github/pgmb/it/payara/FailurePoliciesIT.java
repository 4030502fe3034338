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
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches and their parts, with what happens to them after a failure declared by annotation and overridden by settings. */
@ArquillianTest
class FailurePoliciesIT {

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Resource(lookup = Deployments.DATA_SOURCE)
    DataSource dataSource;

    @Deployment
    static WebArchive application() {
        return Deployments.named("policies", AppDatabase.create("create table ledger (part text, number int)"))
                .setting("pgmb.handler.overridden.retry.delays", "PT0.1S")
                .setting("pgmb.handler.overridden.retry.permanent", "java.lang.ArithmeticException")
                .setting("pgmb.handler.overridden.on-failure", "block")
                .setting("pgmb.handler.released.on-failure", "continue")
                .setting("pgmb.handler.divided.split-by", "/payload/of")
                .setting("pgmb.retry.delays", "PT0.2S")
                .buildForInside(FailurePoliciesIT.class);
    }

    /** A payload. */
    public record Item(String of, int number) {}

    /** Each fails on the first call with what it cannot handle. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Received received;

        @Resource(lookup = Deployments.DATA_SOURCE)
        DataSource dataSource;

        @PgmbObserves(topics = "blocking", name = "blocking", onFailure = OnFailure.BLOCK)
        void blocking(EventBatch<Integer> numbers) {
            if (received.add("blocking", payloads(numbers)) == 1) {
                throw new IllegalStateException("on purpose");
            }
        }

        /** What it declares would be tried again in a day, without blocking. */
        @PgmbObserves(topics = "overridden", name = "overridden", retry = @Retry(delays = "P1D"))
        void overridden(int number) {
            var calls = received.add("overridden", number);
            if (calls == 1) {
                throw new IllegalStateException("on purpose");
            }
            if (number == 3) {
                throw new ArithmeticException("on purpose");
            }
        }

        @PgmbObserves(
                topics = "released",
                name = "released",
                onFailure = OnFailure.BLOCK,
                retry = @Retry(delays = "P1D"))
        void released(int number) {
            received.add("released", number);
            if (number == 1) {
                throw new IllegalStateException("on purpose");
            }
        }

        @Transactional
        @PgmbObserves(topics = "divided", name = "divided")
        void divided(EventBatch<Item> items) {
            var of = items.events().get(0).payload().of();
            for (var item : items.events()) {
                new SqlClient(dataSource)
                        .execute(
                                "insert into ledger values (?, ?)",
                                of,
                                item.payload().number());
            }
            if (received.add("divided " + of, items.events().size()) == 1 && of.equals("b")) {
                throw new IllegalStateException("on purpose");
            }
        }

        private static List<Integer> payloads(EventBatch<Integer> batch) {
            return batch.events().stream().map(event -> event.payload()).toList();
        }
    }

    @BeforeEach
    void ready() {
        Health.awaitReady();
    }

    @Test
    void aBatchThatBlocksComesAgainAsItWasBeforeWhatFollows() {
        broker.publish(numbered("blocking", 1, 2, 3));
        eventually(() -> assertThat(received.by("blocking")).isNotEmpty());
        broker.publish(numbered("blocking", 4, 5));

        eventually(() ->
                assertThat(received.by("blocking")).containsExactly(List.of(1, 2, 3), List.of(1, 2, 3), List.of(4, 5)));
    }

    @Test
    void settingsOverrideWhatIsDeclared() {
        broker.publish(numbered("overridden", 1, 2, 3, 4));

        eventually(() -> assertThat(received.by("overridden")).containsExactly(1, 1, 2, 3, 4));
        assertThat(deadLetters("overridden")).containsExactly("permanent 3");
    }

    @Test
    void aSettingLetsAHandlerGoOnThatWouldBlock() {
        broker.publish(numbered("released", 1, 2));

        eventually(() -> assertThat(received.by("released")).containsExactly(1, 2));
    }

    @Test
    void partsOfATransactionAreRolledBackTogetherAndGoOnByThemselves() {
        broker.publish(Stream.of("a 1", "b 2", "a 3", "c 4")
                .map(item -> item.split(" "))
                .map(item -> NewEvent.of("divided", new Item(item[0], Integer.parseInt(item[1]))))
                .toList());

        eventually(() -> assertThat(database().list("select part || number from ledger order by number"))
                .containsExactly("a1", "b2", "a3", "c4"));
        // Rolled back with the part that failed, and once more; what had not begun only once.
        assertThat(received.by("divided a")).containsExactly(2, 2);
        assertThat(received.by("divided b")).containsExactly(1, 1);
        assertThat(received.by("divided c")).containsExactly(1);
        assertThat(database().list("select count(distinct xmin::text)::text from ledger"))
                .as("transactions")
                .containsExactly("3");
    }

    private static List<NewEvent> numbered(String topic, Integer... numbers) {
        return Stream.of(numbers).map(number -> NewEvent.of(topic, number)).toList();
    }

    private List<String> deadLetters(String handler) {
        return database().list("select reason || ' ' || payload from pgmb.list_dead_letters(?)", "policies:" + handler);
    }

    private SqlClient database() {
        return new SqlClient(dataSource);
    }
}
