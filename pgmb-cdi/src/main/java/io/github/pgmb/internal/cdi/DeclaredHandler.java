package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.internal.engine.Handling;
import jakarta.enterprise.inject.spi.ObserverMethod;
import java.time.Duration;
import java.util.List;

/**
 * A valid {@code @PgmbObserves} method.
 *
 * @param failures what it declares of its failures
 * @param description class and method
 * @param observer what the container made of it
 */
record DeclaredHandler(
        String name,
        Interest interest,
        EventParameter parameter,
        Acknowledging acknowledging,
        FailureSettings failures,
        String description,
        ObserverMethod<?> observer) {

    Class<?> beanClass() {
        return observer.getBeanClass();
    }

    /**
     * As the engine takes it.
     *
     * @throws PgmbException if its settings do not go together with what it declares
     */
    HandlerDefinition definition(Handling handling, HandlerSettings settings) {
        requireFitting(settings);
        var failures = new FailurePolicies(List.of(settings.failures(), this.failures, settings.ofAll()));
        failures.contradiction().ifPresent(problem -> {
            throw contradiction("has " + problem);
        });
        return new HandlerDefinition(
                name,
                interest,
                parameter.unit(),
                acknowledging,
                failures.policy(name, beanClass().getClassLoader()),
                acknowledging == Acknowledging.IN_TRANSACTION
                        ? settings.transactionTimeout().orElse(settings.timeoutOfAll())
                        : Duration.ZERO,
                settings.maxLag(),
                description,
                handling);
    }

    private void requireFitting(HandlerSettings settings) {
        if (parameter.unit() == Unit.EVENT && settings.failures().splitBy().isPresent()) {
            throw contradiction("takes single events, but pgmb.handler." + name + ".split-by is set");
        }
        if (acknowledging == Acknowledging.AFTER_RETURN
                && settings.transactionTimeout().isPresent()) {
            throw contradiction("has no transaction that the broker begins, but pgmb.handler." + name
                    + ".transaction-timeout is set");
        }
    }

    private PgmbException contradiction(String problem) {
        return new PgmbException(
                SettingError.CONTRADICTION.text("handler " + name + " (" + description + ") " + problem + "."));
    }
}
