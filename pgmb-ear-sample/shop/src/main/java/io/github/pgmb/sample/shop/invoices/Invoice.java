package io.github.pgmb.sample.shop.invoices;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * What a customer has to pay for an order. The order id is deliberately not unique: that there is one invoice for each
 * order is what the broker promises, and no constraint hides it if the promise is broken.
 */
@Entity
public class Invoice {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Column(name = "order_id")
    private long orderId;

    private String customer;
    private BigDecimal amount;

    @Column(name = "issued_at")
    private OffsetDateTime issuedAt;

    @Enumerated(EnumType.STRING)
    private InvoiceStatus status;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected Invoice() {}

    public Invoice(long orderId, String customer, BigDecimal amount) {
        this.orderId = orderId;
        this.customer = customer;
        this.amount = amount;
        this.issuedAt = OffsetDateTime.now(ZoneOffset.UTC);
        this.status = InvoiceStatus.ISSUED;
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

    public BigDecimal getAmount() {
        return amount;
    }

    public OffsetDateTime getIssuedAt() {
        return issuedAt;
    }

    public InvoiceStatus getStatus() {
        return status;
    }
}
