package io.github.pgmb.sample.shop.orders;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An order as it was placed, and what has become of it. */
@Entity
@Table(name = "purchase_order")
public class PurchaseOrder {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String customer;
    private BigDecimal total;

    @Column(name = "placed_at")
    private OffsetDateTime placedAt;

    @Enumerated(EnumType.STRING)
    private OrderStatus status;

    // An order is shown with its lines, after its transaction too.
    @ElementCollection(fetch = FetchType.EAGER)
    @CollectionTable(name = "order_line", joinColumns = @JoinColumn(name = "order_id"))
    @OrderColumn(name = "line")
    private List<OrderLine> lines;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected PurchaseOrder() {}

    PurchaseOrder(String customer, List<OrderLine> lines) {
        this.customer = customer;
        this.lines = new ArrayList<>(lines);
        this.total = lines.stream().map(OrderLine::total).reduce(BigDecimal.ZERO, BigDecimal::add);
        this.placedAt = OffsetDateTime.now(ZoneOffset.UTC);
        this.status = OrderStatus.PLACED;
    }

    public @Nullable Long getId() {
        return id;
    }

    public String getCustomer() {
        return customer;
    }

    public BigDecimal getTotal() {
        return total;
    }

    public OffsetDateTime getPlacedAt() {
        return placedAt;
    }

    public OrderStatus getStatus() {
        return status;
    }

    public List<OrderLine> getLines() {
        return lines;
    }
}
