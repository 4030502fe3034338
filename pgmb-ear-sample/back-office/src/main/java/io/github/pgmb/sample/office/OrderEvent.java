package io.github.pgmb.sample.office;

import java.math.BigDecimal;

/** What the ledger reads of the shop's events; whatever else they carry is ignored. */
public record OrderEvent(long orderId, String customer, BigDecimal total) {

    public static final String PLACED = "order-placed";
    public static final String REJECTED = "order-rejected";
}
