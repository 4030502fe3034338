package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.Broker;
import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbException;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import io.github.pgmb.test.postgres.SqlClient;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is wrong is named, concerns nobody else, and is not lost. */
@ArquillianTest
class BadInputIT {

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Resource(lookup = Deployments.DATA_SOURCE)
    DataSource dataSource;

    @Deployment
    static WebArchive application() {
        return Deployments.named("bad-input", AppDatabase.create()).buildForInside(BadInputIT.class);
    }

    /** A payload. */
    public record Order(int number, String product) {}

    /** Three that read the same events in different ways, and one that nothing can be matched for. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Received received;

        @PgmbObserves(topics = "orders", name = "strict")
        void strict(Event<Order> order) {
            received.add("strict", order.payload());
        }

        @PgmbObserves(topics = "orders", name = "batches")
        void batches(EventBatch<Order> orders) {
            orders.events().forEach(order -> received.add("batches", order.payload()));
        }

        @PgmbObserves(topics = "orders", name = "lenient")
        void lenient(JsonObject order) {
            received.add("lenient", order.getInt("number"));
        }

        @PgmbObserves(topics = "orders", conditionsSql = "e.payload ->> and", name = "misspelt")
        void misspelt(Order order) {
            received.add("misspelt", order);
        }
    }

    @BeforeEach
    void ready() {
        Health.awaitReady();
    }

    @Test
    void anUnreadablePayloadIsADeadLetterAtOnceAndHoldsNobodyUp() {
        var database = new SqlClient(dataSource);
        broker.publish("orders", new Order(1, "tea"));
        database.publish("orders", "{\"number\": 2}");
        broker.publish("orders", new Order(3, "milk"));
        var unreadable = database.value("select id from pgmb.events where payload @> '{\"number\": 2}'");

        eventually(() -> {
            assertThat(received.by("lenient")).containsExactly(1, 2, 3);
            assertThat(received.by("strict")).containsExactly(new Order(1, "tea"), new Order(3, "milk"));
            assertThat(received.by("batches")).containsExactlyInAnyOrder(new Order(1, "tea"), new Order(3, "milk"));
        });
        eventually(() -> assertThat(Health.ready().data("strict.lag")).isEqualTo("0"));
        assertThat(database.list(
                        "select group_id from pgmb.dead_letters where event_id = ? and reason = 'payload'"
                                + " and payload = '{\"number\": 2}' order by 1",
                        unreadable))
                .containsExactly("bad-input:batches", "bad-input:strict");
        assertThat(database.value("select message from pgmb.dead_letters where group_id = 'bad-input:strict'"))
                .contains("PGMB-0451", unreadable, "orders", Order.class.getName(), "product is missing");
    }

    @Test
    void aTopicThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> broker.publish("t".repeat(256), "x"))
                .isInstanceOf(PgmbException.class)
                .hasMessageContainingAll("PGMB-0101", "256 characters", "1 to 255");
        assertThat(broker.publish("t".repeat(255), "x")).hasSize(24);
    }

    @Test
    void aConditionWithASyntaxErrorIsShownAndItsHandlerReceivesNothing() {
        assertThat(Health.ready().data("misspelt.lastError"))
                .startsWith("PGMB-0403")
                .contains("misspelt", Handlers.class.getName(), "syntax error");
        assertThat(List.of(received.by("misspelt"))).containsExactly(List.of());
    }
}
