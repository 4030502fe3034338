package io.github.pgmb.sample.shop.orders;

import java.math.BigDecimal;
import java.time.OffsetDateTime;

/** A line in the list of orders. */
public record OrderSummary(long id, String customer, BigDecimal total, OffsetDateTime placedAt, OrderStatus status) {}
