package io.github.pgmb.sample.shop;

import java.math.BigDecimal;
import java.util.List;

/** The event: an order was placed. It carries what the observers need, so that none of them has to ask the order desk. */
public record OrderPlaced(long orderId, String customer, List<Line> lines, BigDecimal total) {

    public static final String TOPIC = "order-placed";

    public OrderPlaced {
        lines = List.copyOf(lines);
    }

    public record Line(String sku, int quantity, BigDecimal price) {}
}
