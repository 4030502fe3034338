package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;

/** In a library that all modules share. */
@ApplicationScoped
public class WrongShared {

    @PgmbObserves(topics = "any", name = "Bad Name")
    void badName(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", name = "twice")
    void sameName(String payload) {
        throw new UnsupportedOperationException(payload);
    }
}
