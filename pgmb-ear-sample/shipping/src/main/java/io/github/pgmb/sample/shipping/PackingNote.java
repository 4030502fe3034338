package io.github.pgmb.sample.shipping;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What goes into a parcel. The order id is deliberately not unique: that no order is packed twice is what the broker promises.
 */
@Entity
@Table(name = "packing_note")
public class PackingNote {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Column(name = "order_id")
    private long orderId;

    private String customer;
    private String contents;

    @Enumerated(EnumType.STRING)
    private PackingStatus status;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected PackingNote() {}

    private PackingNote(long orderId, String customer, String contents) {
        this.orderId = orderId;
        this.customer = customer;
        this.contents = contents;
        this.status = PackingStatus.TO_PACK;
    }

    static PackingNote of(OrderEvent order) {
        return new PackingNote(order.orderId(), order.customer(), contents(order));
    }

    /** Like the shelves, by sku; what an order names twice is taken once. */
    private static String contents(OrderEvent order) {
        return order.lines().stream()
                .collect(Collectors.groupingBy(
                        OrderEvent.Line::sku, TreeMap::new, Collectors.summingLong(OrderEvent.Line::quantity)))
                .entrySet()
                .stream()
                .map(item -> item.getValue() + " " + item.getKey())
                .collect(Collectors.joining(", "));
    }

    public @Nullable Long getId() {
        return id;
    }

    public long getOrderId() {
        return orderId;
    }

    public String getCustomer() {
        return customer;
    }

    public String getContents() {
        return contents;
    }

    public PackingStatus getStatus() {
        return status;
    }
}
