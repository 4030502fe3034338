package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.spi.PayloadMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.stream.Stream;

/** A real CDI container with the extension and the given beans. */
record TestContainer(SeContainer container) implements AutoCloseable {

    /** Fails as a deployment does if the beans are wrong. */
    static TestContainer of(Class<?>... beans) {
        return new TestContainer(SeContainerInitializer.newInstance()
                .disableDiscovery()
                .addExtensions(new PgmbExtension())
                .addBeanClasses(beans)
                .initialize());
    }

    List<DeclaredHandler> handlers() {
        return bean(PgmbExtension.class).handlers();
    }

    DeclaredHandler handler(String name) {
        return handlers().stream()
                .filter(handler -> handler.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Calls a handler as the engine does. */
    void handle(String name, StoredEvent... events) throws Exception {
        var handling = new ObserverHandling(handler(name), bean(PayloadMapper.class), bean(RequestScope.class));
        handling.handle(Stream.of(events).map(handling::read).toList());
    }

    <T> T bean(Class<T> type) {
        return container.select(type).get();
    }

    void fire(Object event) {
        container.getBeanManager().getEvent().fire(event);
    }

    void fireInitialized(ServletContext module) {
        container
                .getBeanManager()
                .getEvent()
                .select(Object.class, Initialized.Literal.of(ApplicationScoped.class))
                .fire(module);
    }

    void fireBeforeDestroyed(ServletContext module) {
        container
                .getBeanManager()
                .getEvent()
                .select(Object.class, BeforeDestroyed.Literal.of(ApplicationScoped.class))
                .fire(module);
    }

    @Override
    public void close() {
        container.close();
    }
}
