package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;

/** In an EJB jar. */
@Stateless
public class WrongDesk {

    @TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
    @PgmbObserves(topics = "any")
    public void ownTransaction(String payload) {
        throw new UnsupportedOperationException(payload);
    }
}
