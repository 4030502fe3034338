package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Returns from its first call without an exception, but after its transaction has run into its limit. */
@ApplicationScoped
public class SlowDesk {

    private static final long TOO_LONG_MS = 2500;

    @Inject
    Ledger ledger;

    @Transactional
    @PgmbObserves(topics = "orders", name = "slow")
    void enter(String order) throws InterruptedException {
        ledger.write("slow", order);
        if (ledger.call("slow") == 1) {
            Thread.sleep(TOO_LONG_MS);
        }
    }
}
