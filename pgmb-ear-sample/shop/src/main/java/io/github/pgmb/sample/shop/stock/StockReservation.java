package io.github.pgmb.sample.shop.stock;

import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.sample.shop.OrderPlaced;
import io.github.pgmb.sample.shop.OrderPlaced.Line;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Reserves stock for whole batches of orders: one update for each sku, however many orders ask for it. */
@ApplicationScoped
public class StockReservation {

    @PersistenceContext
    private EntityManager em;

    /**
     * "Available minus 5" done twice is wrong, and a sum over a batch cannot be recognised when it arrives again in
     * another cut. So this handler is not made idempotent but {@code @Transactional}: the updates and the
     * acknowledgement of the batch commit together. Leave the annotation away only where a repetition does no harm.
     */
    @PgmbObserves(topics = OrderPlaced.TOPIC, name = "stock-reservation")
    @Transactional
    public void reserve(EventBatch<OrderPlaced> orders) {
        quantities(orders).forEach(this::reserve);
    }

    /** Sorted, so that everybody who reserves several items locks them in the same order. */
    private static Map<String, Long> quantities(EventBatch<OrderPlaced> orders) {
        return orders.payloads()
                .flatMap(order -> order.lines().stream())
                .collect(Collectors.groupingBy(Line::sku, TreeMap::new, Collectors.summingLong(Line::quantity)));
    }

    private void reserve(String sku, long quantity) {
        em.createQuery("""
                        update StockItem s set s.available = s.available - :quantity, s.reserved = s.reserved + :quantity
                        where s.sku = :sku""")
                .setParameter("quantity", quantity)
                .setParameter("sku", sku)
                .executeUpdate();
    }
}
