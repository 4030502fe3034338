package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.Handling;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.time.Duration;

/**
 * A valid {@code @PgmbObserves} method.
 *
 * @param description class and method
 * @param observer what the container made of it
 */
record DeclaredHandler(
        String name,
        Interest interest,
        EventParameter parameter,
        Acknowledging acknowledging,
        String description,
        ObserverMethod<?> observer) {

    Class<?> beanClass() {
        return observer.getBeanClass();
    }

    HandlerDefinition definition(Handling handling, HandlerSettings settings) {
        return new HandlerDefinition(
                name,
                interest,
                parameter.unit(),
                acknowledging,
                FailurePolicy.DEFAULT,
                Duration.ZERO,
                settings.maxLag(),
                description,
                handling);
    }
}
