package io.github.pgmb.it.wildfly.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;

/** Keeps its class loader for ever, or until {@link System#clearProperty}. */
@ApplicationScoped
public class Leak {

    void leak(@Observes @Initialized(ApplicationScoped.class) Object context) {
        System.getProperties().put("pgmb.it.leak", Canary.alive());
    }
}
