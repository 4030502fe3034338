package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;

/** In another web module. */
@ApplicationScoped
public class WrongOtherWeb {

    @PgmbObserves(topics = "*.any")
    void badTopic(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", name = "twice")
    void sameName(String payload) {
        throw new UnsupportedOperationException(payload);
    }
}
