package io.github.pgmb.sample.office;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Revenue that came, or went again. Entries are never changed: what was wrong is taken back by a further one. */
@Entity
@Table(name = "ledger_entry")
public class LedgerEntry {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    @Column(name = "order_id")
    private long orderId;

    private String customer;

    @Column(name = "booked_on")
    private LocalDate day;

    private int orders;
    private BigDecimal amount;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected LedgerEntry() {}

    private LedgerEntry(long orderId, String customer, LocalDate day, int orders, BigDecimal amount) {
        this.orderId = orderId;
        this.customer = customer;
        this.day = day;
        this.orders = orders;
        this.amount = amount;
    }

    static LedgerEntry of(OrderEvent order, LocalDate day) {
        return new LedgerEntry(order.orderId(), order.customer(), day, 1, order.total());
    }

    /** Counts against the day on which it is taken back: the books of the day before are closed. */
    LedgerEntry takenBack(LocalDate on) {
        return new LedgerEntry(orderId, customer, on, -orders, amount.negate());
    }

    public long getOrderId() {
        return orderId;
    }

    public String getCustomer() {
        return customer;
    }

    public LocalDate getDay() {
        return day;
    }

    public int getOrders() {
        return orders;
    }

    public BigDecimal getAmount() {
        return amount;
    }
}
