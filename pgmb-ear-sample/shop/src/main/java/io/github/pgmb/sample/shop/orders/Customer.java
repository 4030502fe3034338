package io.github.pgmb.sample.shop.orders;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.math.BigDecimal;

/** Somebody who buys on account, up to a limit. */
@Entity
public class Customer {

    @Id
    private String name;

    @Column(name = "credit_limit")
    private BigDecimal creditLimit;

    private BigDecimal owed;

    @SuppressWarnings("NullAway.Init") // JPA fills the fields
    protected Customer() {}

    String getName() {
        return name;
    }

    BigDecimal getCreditLimit() {
        return creditLimit;
    }

    BigDecimal getOwed() {
        return owed;
    }
}
