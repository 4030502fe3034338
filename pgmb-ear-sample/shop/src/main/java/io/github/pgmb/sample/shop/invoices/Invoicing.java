package io.github.pgmb.sample.shop.invoices;

import io.github.pgmb.Event;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.sample.shop.OrderEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;

/**
 * Writes the invoice of each order, and cancels it if the order is rejected: the row and the acknowledgement of the event commit
 * together or not at all. One handler for both topics, since order is kept within a handler only: of two handlers, the second could
 * cancel an invoice that the first has yet to write.
 */
@ApplicationScoped
public class Invoicing {

    @PersistenceContext
    private EntityManager em;

    @PgmbObserves(
            topics = {OrderEvent.PLACED, OrderEvent.REJECTED},
            name = "invoicing")
    @Transactional
    public void keepUp(Event<OrderEvent> event) {
        switch (event.topic()) {
            case OrderEvent.PLACED -> invoice(event.payload());
            case OrderEvent.REJECTED -> cancel(event.payload());
            default -> throw new IllegalArgumentException(event.topic());
        }
    }

    private void invoice(OrderEvent order) {
        em.persist(new Invoice(order.orderId(), order.customer(), order.total()));
    }

    private void cancel(OrderEvent order) {
        em.createQuery("update Invoice i set i.status = :cancelled where i.orderId = :order")
                .setParameter("cancelled", InvoiceStatus.CANCELLED)
                .setParameter("order", order.orderId())
                .executeUpdate();
    }
}
