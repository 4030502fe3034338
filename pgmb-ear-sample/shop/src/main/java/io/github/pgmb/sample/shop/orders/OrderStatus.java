package io.github.pgmb.sample.shop.orders;

/** What has become of an order at the desk. */
public enum OrderStatus {
    PLACED,
    REJECTED
}
