package io.github.pgmb.sample.shop.stock;

/** Whether an order has its stock. */
public enum ReservationStatus {
    RESERVED,
    RELEASED
}
