package io.github.pgmb.sample.shop.invoices;

import io.github.pgmb.PgmbObserves;
import io.github.pgmb.sample.shop.OrderPlaced;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;

/** Writes the invoice of each order: the row and the acknowledgement of the event commit together or not at all. */
@ApplicationScoped
public class Invoicing {

    @PersistenceContext
    private EntityManager em;

    @PgmbObserves(topics = OrderPlaced.TOPIC, name = "invoicing")
    @Transactional
    public void invoice(OrderPlaced order) {
        em.persist(new Invoice(order.orderId(), order.customer(), order.total()));
    }
}
