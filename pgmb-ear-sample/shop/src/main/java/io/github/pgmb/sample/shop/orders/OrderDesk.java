package io.github.pgmb.sample.shop.orders;

import io.github.pgmb.Broker;
import io.github.pgmb.sample.shop.OrderPlaced;
import io.github.pgmb.sample.shop.http.Problem.FieldError;
import io.github.pgmb.sample.shop.http.RequestRefused;
import io.github.pgmb.sample.shop.stock.StockItem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Objects;

/** Takes orders. */
@ApplicationScoped
public class OrderDesk {

    @PersistenceContext
    private EntityManager em;

    @Inject
    private Broker broker;

    /**
     * Stores an order and publishes it, in one transaction. The customer's account comes last, since it stays locked
     * until the commit; if the credit does not suffice, the exception takes back the order and the event with it.
     *
     * @return the id of the order
     */
    @Transactional
    public long place(OrderRequest request) {
        var order = priced(request);
        open(order.getCustomer());
        em.persist(order);
        em.flush();
        var placed = placed(order);
        broker.publish(OrderPlaced.TOPIC, placed);
        em.find(Customer.class, order.getCustomer(), LockModeType.PESSIMISTIC_WRITE)
                .charge(order.getTotal());
        return placed.orderId();
    }

    private PurchaseOrder priced(OrderRequest request) {
        var lines = new ArrayList<OrderLine>();
        var errors = new ArrayList<FieldError>();
        for (var i = 0; i < request.items().size(); i++) {
            var item = request.items().get(i);
            var stock = em.find(StockItem.class, item.sku());
            if (stock == null) {
                errors.add(new FieldError(
                        "#/items/" + i + "/sku", "there is no " + item.sku() + "; GET /api/stock lists what is sold"));
            } else {
                lines.add(new OrderLine(item.sku(), item.quantity(), stock.getPrice()));
            }
        }
        if (!errors.isEmpty()) {
            throw RequestRefused.unprocessable(errors);
        }
        return new PurchaseOrder(request.customer(), lines);
    }

    /** Opens an account at the first order. */
    private void open(String customer) {
        em.createNativeQuery("insert into customer (name) values (?1) on conflict do nothing")
                .setParameter(1, customer)
                .executeUpdate();
    }

    private static OrderPlaced placed(PurchaseOrder order) {
        var lines = order.getLines().stream()
                .map(line -> new OrderPlaced.Line(line.getSku(), line.getQuantity(), line.getPrice()))
                .toList();
        return new OrderPlaced(Objects.requireNonNull(order.getId()), order.getCustomer(), lines, order.getTotal());
    }
}
