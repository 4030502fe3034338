package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbException;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.RequestScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Specializes;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.ProcessObserverMethod;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Handlers are observers of a real container: discovered, resolved, injected and called by it. */
@SuppressWarnings("UnusedMethod") // the container calls them
class HandlersInContainerTest {

    private TestContainer container;

    @AfterEach
    void close() {
        container.close();
    }

    record Order(String sku) {}

    @ApplicationScoped
    static class Calls {
        private final List<Object> seen = new ArrayList<>();

        void add(Object call) {
            seen.add(call);
        }

        List<Object> seen() {
            return seen;
        }
    }

    @RequestScoped
    static class Request {
        private int uses;

        int use() {
            return ++uses;
        }
    }

    @ApplicationScoped
    static class Forms {

        @Inject
        Calls calls;

        @PgmbObserves(topics = "orders", name = "payload")
        private void privately(Order order, Calls injected) {
            calls.add(order);
            assertThat(injected.seen()).isSameAs(calls.seen());
        }

        @PgmbObserves(topics = "orders", name = "event")
        void event(Event<Order> event) {
            calls.add(event);
        }

        @PgmbObserves(topics = "orders", name = "batch")
        public void batch(EventBatch<Order> batch) {
            calls.add(batch);
        }

        @PgmbObserves(topics = "orders", name = "list")
        void list(List<Event<Order>> list) {
            calls.add(list);
        }

        @PgmbObserves(topics = "orders", name = "orders")
        void payloadThatIsAList(List<Order> orders) {
            calls.add(orders);
        }

        @PgmbObserves(topics = "orders", name = "static")
        static void statically(String order, Calls calls) {
            calls.add(order);
        }
    }

    @Test
    void the_event_arrives_in_the_form_of_the_parameter() throws Exception {
        container = TestContainer.of(Forms.class, Calls.class);
        var event = new Event<>("e1", "orders", new Order("A"), JsonObject.EMPTY_JSON_OBJECT);
        handle("payload", "event", "batch", "list", "static");
        container.handle("orders", stored("[{\"sku\":\"A\"}]"));
        assertThat(calls())
                .containsExactly(
                        new Order("A"),
                        event,
                        new EventBatch<>(List.of(event)),
                        List.of(event),
                        "{\"sku\":\"A\"}",
                        List.of(new Order("A")));
        assertThat(container.handler("batch").parameter().unit()).isEqualTo(Unit.BATCH);
        assertThat(container.handler("list").parameter().unit()).isEqualTo(Unit.BATCH);
        assertThat(container.handler("orders").parameter().unit()).isEqualTo(Unit.EVENT);
    }

    @Test
    void a_batch_has_all_events_in_order_with_metadata() throws Exception {
        container = TestContainer.of(Forms.class, Calls.class);
        container.handle(
                "batch",
                stored("{\"sku\":\"A\"}"),
                new StoredEvent(2, "e2", "orders.eu", "{\"sku\":\"B\"}", "{\"trace\":7}"));
        assertThat(calls()).singleElement().isInstanceOfSatisfying(EventBatch.class, batch -> {
            var events = ((EventBatch<?>) batch).events();
            assertThat(events).extracting(Event::id).containsExactly("e1", "e2");
            assertThat(events.get(1).topic()).isEqualTo("orders.eu");
            assertThat(events.get(1).metadata()).hasToString("{\"trace\":7}");
        });
    }

    @ApplicationScoped
    static class Scoped {

        @Inject
        Calls calls;

        @Inject
        Request request;

        @PgmbObserves(topics = "orders", name = "scoped")
        void on(Order order, Request injected) {
            calls.add(request.use());
            calls.add(injected.use());
        }
    }

    @Test
    void each_call_has_a_request_of_its_own() throws Exception {
        container = TestContainer.of(Scoped.class, Request.class, Calls.class);
        handle("scoped", "scoped");
        assertThat(calls()).containsExactly(1, 2, 1, 2);
    }

    @Test
    void an_active_request_is_used_and_left_active() throws Exception {
        container = TestContainer.of(Scoped.class, Request.class, Calls.class);
        container.bean(RequestScope.class).run(() -> {
            handle("scoped", "scoped");
            assertThat(container.bean(Request.class).use()).isEqualTo(5);
        });
        assertThat(calls()).containsExactly(1, 2, 3, 4);
    }

    @Dependent
    static class Failing {

        @PgmbObserves(topics = "orders", name = "checked")
        void checked(Order order) throws java.io.IOException {
            throw new java.io.IOException("disk");
        }

        @PgmbObserves(topics = "orders", name = "broken")
        void broken(Order order) {
            throw new IllegalAccessError("package-private");
        }

        @PgmbObserves(topics = "orders", name = "unchecked")
        void unchecked(Order order) {
            throw new IllegalStateException("state");
        }
    }

    @Test
    void what_a_handler_throws_arrives_unwrapped() {
        container = TestContainer.of(Failing.class);
        assertThatThrownBy(() -> handle("checked"))
                .isInstanceOf(java.io.IOException.class)
                .hasMessage("disk");
        assertThatThrownBy(() -> handle("broken"))
                .isInstanceOf(IllegalAccessError.class)
                .hasMessage("package-private");
        assertThatThrownBy(() -> handle("unchecked"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("state");
    }

    @Test
    void a_payload_that_does_not_fit_is_a_failure_that_says_which_and_why() {
        container = TestContainer.of(Forms.class, Calls.class);
        assertThatThrownBy(() -> container.handle("payload", stored("{\"name\":\"x\"}")))
                .isInstanceOf(PgmbException.class)
                .hasMessageContainingAll("PGMB-0451", "payload", "e1", "orders", "Order", "sku is missing");
        assertThat(calls()).isEmpty();
    }

    abstract static class Base<T> {

        @Inject
        Calls calls;

        @PgmbObserves(topics = "orders")
        void inherited(T payload) {
            calls.add(payload);
        }

        @PgmbObserves(topics = "orders")
        void overridden(T payload) {
            calls.add("base");
        }

        @PgmbObserves(topics = "orders")
        void silenced(T payload) {
            calls.add("base");
        }

        @PgmbObserves(topics = "orders")
        private void hidden(Event<T> event) {
            calls.add(event.payload());
        }
    }

    @ApplicationScoped
    static class OrderShop extends Base<Order> {

        @Override
        @PgmbObserves(topics = "orders")
        void overridden(Order payload) {
            calls.add("sub");
        }

        @Override
        void silenced(Order payload) {
            calls.add("silenced");
        }
    }

    @Test
    void handlers_are_inherited_and_overridden_as_observers_are() throws Exception {
        container = TestContainer.of(OrderShop.class, Calls.class);
        assertThat(container.handlers())
                .extracting(DeclaredHandler::name)
                .containsExactlyInAnyOrder("order-shop-inherited", "order-shop-overridden", "order-shop-hidden");
        handle("order-shop-inherited", "order-shop-overridden", "order-shop-hidden");
        assertThat(calls()).containsExactly(new Order("A"), "sub", new Order("A"));
    }

    @ApplicationScoped
    static class Standard {

        @PgmbObserves(topics = "orders", name = "standard")
        void on(Order order) {}
    }

    @Specializes
    @ApplicationScoped
    static class Special extends Standard {

        @Override
        @PgmbObserves(topics = "orders", name = "special")
        void on(Order order) {}
    }

    @Alternative
    @ApplicationScoped
    static class NotEnabled {

        @PgmbObserves(topics = "", name = "WRONG")
        void on() {}
    }

    @Alternative
    @Priority(1)
    @ApplicationScoped
    static class Enabled {

        @PgmbObserves(topics = "orders", name = "enabled")
        void on(Order order) {}
    }

    @Test
    void only_enabled_beans_have_handlers() {
        container = TestContainer.of(Standard.class, Special.class, NotEnabled.class, Enabled.class);
        assertThat(container.handlers())
                .extracting(DeclaredHandler::name)
                .containsExactlyInAnyOrder("special", "enabled");
    }

    @Test
    void a_second_instance_of_the_extension_changes_nothing() throws Exception {
        container = new TestContainer(SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addExtensions(new PgmbExtension(), new OtherInstance())
                .addBeanClasses(Forms.class, Calls.class)
                .initialize());
        handle("payload");
        assertThat(calls()).containsExactly(new Order("A"));
        assertThat(container.handlers()).hasSize(6);
    }

    /** What some servers have in an EAR; the beans of the first instance are enough here. */
    static class OtherInstance implements Extension {

        private final PgmbExtension instance = new PgmbExtension();

        <T> void makeObservers(@Observes @WithAnnotations(PgmbObserves.class) ProcessAnnotatedType<T> event) {
            instance.makeObservers(event);
        }

        void noteManagedBean(@Observes ProcessManagedBean<?> event) {
            instance.noteManagedBean(event);
        }

        <T, X> void capture(@Observes ProcessObserverMethod<T, X> event) {
            instance.capture(event);
        }

        void validate(@Observes AfterBeanDiscovery event, BeanManager beans) {
            instance.validate(event, beans);
            assertThat(instance.handlers()).hasSize(6);
        }
    }

    @Test
    void an_event_of_the_application_itself_does_not_reach_handlers() {
        container = TestContainer.of(Forms.class, Calls.class);
        container.fire(new Order("A"));
        container.fire("text");
        assertThat(calls()).isEmpty();
    }

    private void handle(String... handlers) throws Exception {
        for (var handler : handlers) {
            container.handle(handler, stored("{\"sku\":\"A\"}"));
        }
    }

    private List<Object> calls() {
        return container.bean(Calls.class).seen();
    }

    private static StoredEvent stored(String payload) {
        return new StoredEvent(1, "e1", "orders", payload, null);
    }
}
