package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** In a web module; each handler has a mistake of its own. */
@ApplicationScoped
public class WrongWeb {

    @PgmbObserves
    void withoutInterest(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any")
    List<String> withResult(String payload) {
        return List.of(payload);
    }
}
