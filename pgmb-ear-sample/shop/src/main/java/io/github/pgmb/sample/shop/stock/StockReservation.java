package io.github.pgmb.sample.shop.stock;

import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.sample.shop.OrderEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Reserves stock for whole batches of orders, and releases it for rejected ones: one update for each sku, however many orders ask
 * for it.
 */
@ApplicationScoped
public class StockReservation {

    @PersistenceContext
    private EntityManager em;

    /**
     * "Available minus 5" done twice is wrong, and a sum over a batch cannot be recognised when it arrives again in
     * another cut. So this handler is not made idempotent but {@code @Transactional}: the updates and the
     * acknowledgement of the batch commit together. Leave the annotation away only where a repetition does no harm.
     */
    @PgmbObserves(
            topics = {OrderEvent.PLACED, OrderEvent.REJECTED},
            name = "stock-reservation")
    @Transactional
    public void keepUp(EventBatch<OrderEvent> orders) {
        var changes = StockChanges.of(orders);
        changes.quantities().forEach(this::reserve);
        note(changes.placed());
        release(changes.rejected());
    }

    private void reserve(String sku, long quantity) {
        em.createQuery("""
                        update StockItem s set s.available = s.available - :quantity, s.reserved = s.reserved + :quantity
                        where s.sku = :sku""")
                .setParameter("quantity", quantity)
                .setParameter("sku", sku)
                .executeUpdate();
    }

    /** In one statement, for which JPQL has no words. */
    private void note(List<Long> orders) {
        em.createNativeQuery("""
                        insert into reservation (order_id)
                        select cast(id as bigint) from unnest(string_to_array(?1, ',')) id on conflict do nothing""")
                .setParameter(1, orders.stream().map(String::valueOf).collect(Collectors.joining(",")))
                .executeUpdate();
    }

    private void release(List<Long> orders) {
        if (orders.isEmpty()) {
            return;
        }
        em.createQuery("update Reservation r set r.status = :released where r.orderId in :orders")
                .setParameter("released", ReservationStatus.RELEASED)
                .setParameter("orders", orders)
                .executeUpdate();
    }
}
