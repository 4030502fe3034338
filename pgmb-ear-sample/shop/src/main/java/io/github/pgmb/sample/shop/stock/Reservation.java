package io.github.pgmb.sample.shop.stock;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;

/** That the stock of an order has been reserved, or released again. */
@Entity
public class Reservation {

    @Id
    @Column(name = "order_id")
    private long orderId;

    @Enumerated(EnumType.STRING)
    private ReservationStatus status;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected Reservation() {}

    public long getOrderId() {
        return orderId;
    }

    public ReservationStatus getStatus() {
        return status;
    }
}
