package io.github.pgmb.internal.cdi;

import jakarta.enterprise.inject.spi.EventContext;
import jakarta.enterprise.inject.spi.EventMetadata;
import jakarta.enterprise.inject.spi.InjectionPoint;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One call of a handler, as CDI describes the firing of an event. */
record Delivery(Object event, ObserverMethod<?> observer) implements EventContext<Object>, EventMetadata {

    @Override
    public Object getEvent() {
        return event;
    }

    @Override
    public EventMetadata getMetadata() {
        return this;
    }

    @Override
    public Set<Annotation> getQualifiers() {
        return observer.getObservedQualifiers();
    }

    /** As for events that are fired by {@code BeanContainer.getEvent()}: null, since nothing was injected. */
    @Override
    @SuppressWarnings("NullAway")
    public @Nullable InjectionPoint getInjectionPoint() {
        return null;
    }

    @Override
    public Type getType() {
        return observer.getObservedType();
    }
}
