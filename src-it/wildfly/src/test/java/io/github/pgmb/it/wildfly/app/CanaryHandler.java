package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;

/** Handles nothing before both canaries are alive. */
@ApplicationScoped
public class CanaryHandler {

    @PostConstruct
    void begin() {
        Objects.requireNonNull(Canary.alive());
        Objects.requireNonNull(WebCanary.alive());
    }

    @PgmbObserves(topics = "songs", name = "canary")
    void sing(String song) {
        Objects.requireNonNull(song);
    }
}
