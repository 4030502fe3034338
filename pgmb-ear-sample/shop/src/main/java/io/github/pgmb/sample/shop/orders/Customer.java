package io.github.pgmb.sample.shop.orders;

import io.github.pgmb.sample.shop.http.Problem;
import io.github.pgmb.sample.shop.http.RequestRefused;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.ws.rs.core.Response.Status;
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

    /** Adds to what the customer owes, or refuses to. */
    void charge(BigDecimal amount) {
        var owes = owed.add(amount);
        if (owes.compareTo(creditLimit) > 0) {
            throw new RequestRefused(Problem.of(
                    Status.CONFLICT,
                    "Over the credit limit: %s would owe %s, and the limit is %s. Nothing was ordered."
                            .formatted(name, owes, creditLimit)));
        }
        owed = owes;
    }
}
