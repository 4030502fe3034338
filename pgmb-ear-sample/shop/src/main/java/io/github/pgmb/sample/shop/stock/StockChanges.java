package io.github.pgmb.sample.shop.stock;

import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.sample.shop.OrderEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a batch of events asks of the stock, summed up.
 *
 * @param quantities to be reserved more for each sku, or less if negative; without those that come to nothing. Sorted, so that
 *     everybody who changes several items locks them in the same order
 * @param placed ids of orders
 * @param rejected ids of orders, some of them perhaps placed in the same batch
 */
record StockChanges(SortedMap<String, Long> quantities, List<Long> placed, List<Long> rejected) {

    static StockChanges of(EventBatch<OrderEvent> batch) {
        var changes = new StockChanges(new TreeMap<>(), new ArrayList<>(), new ArrayList<>());
        batch.forEach(changes::add);
        changes.quantities.values().removeIf(quantity -> quantity == 0);
        return changes;
    }

    private void add(Event<OrderEvent> event) {
        switch (event.topic()) {
            case OrderEvent.PLACED -> add(event.payload(), placed, 1);
            case OrderEvent.REJECTED -> add(event.payload(), rejected, -1);
            default -> throw new IllegalArgumentException(event.topic());
        }
    }

    private void add(OrderEvent order, List<Long> orders, long sign) {
        orders.add(order.orderId());
        order.lines().forEach(line -> quantities.merge(line.sku(), sign * line.quantity(), Long::sum));
    }
}
