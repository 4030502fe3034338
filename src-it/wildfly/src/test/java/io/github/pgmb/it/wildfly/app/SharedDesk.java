package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** In a library that all modules share. */
@ApplicationScoped
public class SharedDesk {

    @Inject
    Ledger ledger;

    @Transactional
    @PgmbObserves(topics = "orders", name = "shared")
    void enter(String order) {
        ledger.enter("shared", order);
    }
}
