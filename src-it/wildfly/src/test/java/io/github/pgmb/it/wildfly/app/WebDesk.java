package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** In a web module. */
@ApplicationScoped
public class WebDesk {

    @Inject
    Ledger ledger;

    @Transactional
    @PgmbObserves(topics = "orders", name = "web")
    void enter(String order) {
        ledger.enter("web", order);
    }
}
