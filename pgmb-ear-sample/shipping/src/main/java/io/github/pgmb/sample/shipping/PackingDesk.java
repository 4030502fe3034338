package io.github.pgmb.sample.shipping;

import io.github.pgmb.Event;
import io.github.pgmb.PgmbObserves;
import jakarta.ejb.Stateless;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.util.List;

/**
 * Writes the packing note of each order, and cancels it if the order is rejected.
 *
 * <p>The methods of an Enterprise Bean are in a transaction without further words, and so the note and the acknowledgement of the event
 * commit together.
 */
@Stateless
public class PackingDesk {

    private static final int LATEST = 100;

    @PersistenceContext
    private EntityManager em;

    /** One handler for both topics: only within one are events in order, and a note is written before it is cancelled. */
    @PgmbObserves(
            topics = {OrderEvent.PLACED, OrderEvent.REJECTED},
            name = "packing")
    public void keepUp(Event<OrderEvent> event) {
        switch (event.topic()) {
            case OrderEvent.PLACED -> em.persist(PackingNote.of(event.payload()));
            case OrderEvent.REJECTED -> cancel(event.payload());
            default -> throw new IllegalArgumentException(event.topic());
        }
    }

    private void cancel(OrderEvent order) {
        em.createQuery("update PackingNote n set n.status = :cancelled where n.orderId = :order")
                .setParameter("cancelled", PackingStatus.CANCELLED)
                .setParameter("order", order.orderId())
                .executeUpdate();
    }

    /** Newest first. */
    public List<PackingNote> latest() {
        return em.createQuery("select n from PackingNote n order by n.id desc", PackingNote.class)
                .setMaxResults(LATEST)
                .getResultList();
    }
}
