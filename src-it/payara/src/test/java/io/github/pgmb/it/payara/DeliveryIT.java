package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.Broker;
import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.NewEvent;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import io.github.pgmb.it.payara.support.Received;
import jakarta.ejb.Stateless;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every form of handler receives what was published, once, in order. */
@ArquillianTest
class DeliveryIT {

    @Inject
    Broker broker;

    @Inject
    Received received;

    @Deployment
    static WebArchive application() {
        return Deployments.named("delivery", AppDatabase.create()).buildForInside(DeliveryIT.class);
    }

    /** A payload. */
    public record Order(int number, int total) {}

    /** One handler for each form of its event. */
    @ApplicationScoped
    public static class Handlers {

        @Inject
        Received received;

        @PgmbObserves(topics = "orders")
        void payload(Order order) {
            received.add("payload", order);
        }

        @PgmbObserves(topics = "orders")
        void event(Event<Order> event) {
            received.add("event", event);
        }

        @PgmbObserves(topics = "orders")
        void batch(EventBatch<Order> orders) {
            orders.forEach(order -> received.add("batch", order));
        }

        @PgmbObserves(topics = "orders")
        void list(List<Event<Order>> orders) {
            orders.forEach(order -> received.add("list", order));
        }

        @PgmbObserves(topics = "orders")
        void json(JsonObject order) {
            received.add("json", order.getInt("number"));
        }

        @PgmbObserves(topics = "words")
        void string(String word) {
            received.add("string", word);
        }

        @PgmbObserves(topics = "words")
        @SuppressWarnings("UnusedMethod") // the broker calls it
        private void hidden(Event<String> word) {
            received.add("hidden", word.payload() + word.metadata());
        }

        @PgmbObserves(topics = "words")
        void injected(String word, Greeting greeting, PerEvent request, Received parameter) {
            parameter.add("injected", greeting.to(word));
            parameter.add("requests", request.id() + request.id());
        }

        @PgmbObserves(
                topics = "orders",
                conditionsSql = "(e.payload ->> 'total')::int > (s.params ->> 'min')::int",
                params = "{\"min\": 30}")
        void expensive(Order order) {
            received.add("expensive", order.number());
        }

        @PgmbObserves(topics = {"areas.*", "other"})
        void wildcard(Event<String> event) {
            received.add("wildcard", event.topic());
        }
    }

    /** An EJB with a handler. */
    @Stateless
    public static class Desk {

        @Inject
        Received received;

        @PgmbObserves(topics = "orders")
        public void enterprise(Order order) {
            received.add("enterprise", order);
        }
    }

    /** Something to be injected into a handler's parameters. */
    @Dependent
    public static class Greeting {

        String to(String name) {
            return "hello " + name;
        }
    }

    /** The same within a handler's call, another one in the next. */
    @RequestScoped
    public static class PerEvent {

        private final String id = UUID.randomUUID().toString();

        public String id() {
            return id;
        }
    }

    @BeforeEach
    void ready() {
        Health.awaitReady();
    }

    @Test
    void everyFormReceivesEveryEventInOrder() {
        var orders =
                IntStream.rangeClosed(1, 5).mapToObj(n -> new Order(n, n * 10)).toList();
        var ids = new ArrayList<String>();
        orders.subList(0, 2).forEach(order -> ids.add(broker.publish("orders", order)));
        ids.addAll(broker.publish(orders.subList(2, 5).stream()
                .map(order -> NewEvent.of("orders", order))
                .toList()));

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        eventually(() -> {
            assertThat(received.by("payload")).isEqualTo(orders);
            assertThat(received.by("json")).containsExactly(1, 2, 3, 4, 5);
            assertThat(received.by("expensive")).containsExactly(4, 5);
            assertThat(received.by("enterprise")).isEqualTo(orders);
            for (var form : List.of("event", "batch", "list")) {
                assertThat(received.by(form))
                        .extracting(event -> ((Event<?>) event).id())
                        .as(form)
                        .isEqualTo(ids);
                assertThat(received.by(form))
                        .extracting(event -> (Object) ((Event<?>) event).payload())
                        .as(form)
                        .isEqualTo(orders);
            }
        });
    }

    @Test
    void handlersAreCalledInTheirContainer() {
        broker.publish("words", "one");
        broker.publish(List.of(new NewEvent(
                "words", "two", Json.createObjectBuilder().add("by", "me").build())));

        eventually(() -> {
            assertThat(received.by("string")).containsExactly("one", "two");
            assertThat(received.by("hidden")).containsExactly("one{}", "two{\"by\":\"me\"}");
            assertThat(received.by("injected")).containsExactly("hello one", "hello two");
        });
        assertThat(received.by("requests"))
                .as("one request for each event")
                .doesNotHaveDuplicates()
                .allSatisfy(twice -> assertThat(twice.toString().substring(0, 36))
                        .isEqualTo(twice.toString().substring(36)));
    }

    @Test
    void wildcardsMatchWhatBeginsWithThem() {
        List.of("areas", "areas.eu", "areasx.eu", "areas.us.paid", "other", "other.x")
                .forEach(topic -> broker.publish(topic, "x"));
        broker.publish("areas.end", "x");

        eventually(() -> assertThat(received.by("wildcard")).contains("areas.end"));
        assertThat(received.by("wildcard")).containsExactly("areas.eu", "areas.us.paid", "other", "areas.end");
    }
}
