package io.github.pgmb.sample.shop.orders;

import io.github.pgmb.Broker;
import io.github.pgmb.sample.shop.OrderEvent;
import io.github.pgmb.sample.shop.http.Problem;
import io.github.pgmb.sample.shop.http.Problem.FieldError;
import io.github.pgmb.sample.shop.http.RequestRefused;
import io.github.pgmb.sample.shop.stock.StockItem;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.Response.Status;
import java.util.ArrayList;
import java.util.Objects;

/** Takes orders, and rejects them. */
@ApplicationScoped
public class OrderDesk {

    @PersistenceContext
    private EntityManager em;

    @Inject
    private Accounts accounts;

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
        accounts.open(order.getCustomer());
        em.persist(order);
        em.flush();
        var placed = event(order);
        broker.publish(OrderEvent.PLACED, placed);
        accounts.charge(order.getCustomer(), order.getTotal());
        return placed.orderId();
    }

    /**
     * Rejects an order, gives its amount back and publishes that, in one transaction. Of several at once, the update lets one through: it
     * looks at the status under the row's lock, while what is read before a lock is granted may be old.
     */
    @Transactional
    public PurchaseOrder reject(long id) {
        var rejected = em.createQuery("""
                        update PurchaseOrder o set o.status = :rejected where o.id = :id and o.status = :placed""")
                .setParameter("rejected", OrderStatus.REJECTED)
                .setParameter("id", id)
                .setParameter("placed", OrderStatus.PLACED)
                .executeUpdate();
        var order = em.find(PurchaseOrder.class, id);
        if (order == null) {
            throw RequestRefused.notFound("There is no order " + id + ".");
        }
        if (rejected == 0) {
            throw new RequestRefused(Problem.of(Status.CONFLICT, "Order " + id + " has been rejected already."));
        }
        broker.publish(OrderEvent.REJECTED, event(order));
        accounts.credit(order.getCustomer(), order.getTotal());
        return order;
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

    private static OrderEvent event(PurchaseOrder order) {
        var lines = order.getLines().stream()
                .map(line -> new OrderEvent.Line(line.getSku(), line.getQuantity(), line.getPrice()))
                .toList();
        return new OrderEvent(Objects.requireNonNull(order.getId()), order.getCustomer(), lines, order.getTotal());
    }
}
