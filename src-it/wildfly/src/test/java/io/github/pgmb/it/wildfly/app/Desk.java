package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;

/** An EJB, transactional by itself. */
@Stateless
public class Desk {

    @Inject
    Ledger ledger;

    @PgmbObserves(topics = "orders", name = "desk")
    public void enter(String order) {
        ledger.enter("desk", order);
    }
}
