package io.github.pgmb.sample.shop;

import java.math.BigDecimal;
import java.util.List;

/**
 * The event: something happened to an order, and the topic says what. It carries what the observers need, so that none of them
 * has to ask the order desk.
 */
public record OrderEvent(long orderId, String customer, List<Line> lines, BigDecimal total) {

    public static final String PLACED = "order-placed";
    public static final String REJECTED = "order-rejected";

    public OrderEvent {
        lines = List.copyOf(lines);
    }

    public record Line(String sku, int quantity, BigDecimal price) {}
}
