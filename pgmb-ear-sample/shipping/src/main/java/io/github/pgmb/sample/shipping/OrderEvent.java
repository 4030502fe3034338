package io.github.pgmb.sample.shipping;

import java.util.List;

/** What shipping reads of the shop's events; whatever else they carry is ignored. */
public record OrderEvent(long orderId, String customer, List<Line> lines) {

    public static final String PLACED = "order-placed";
    public static final String REJECTED = "order-rejected";

    public OrderEvent {
        lines = List.copyOf(lines);
    }

    public record Line(String sku, int quantity) {}
}
