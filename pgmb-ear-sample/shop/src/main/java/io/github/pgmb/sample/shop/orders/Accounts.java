package io.github.pgmb.sample.shop.orders;

import io.github.pgmb.sample.shop.http.Problem;
import io.github.pgmb.sample.shop.http.RequestRefused;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.ws.rs.core.Response.Status;
import java.math.BigDecimal;

/**
 * What customers owe; part of the caller's transaction. Each change is one update and not a row that is locked by {@code select
 * for update}: an order refers to its customer, which locks that row a little, and two orders of one customer that both asked for
 * more would wait for each other for ever.
 */
@ApplicationScoped
public class Accounts {

    @PersistenceContext
    private EntityManager em;

    /** Unless the customer has an account. */
    void open(String customer) {
        em.createNativeQuery("insert into customer (name) values (?1) on conflict do nothing")
                .setParameter(1, customer)
                .executeUpdate();
    }

    /** Adds to what the customer owes, or refuses to. */
    void charge(String customer, BigDecimal amount) {
        var charged = em.createQuery("""
                        update Customer c set c.owed = c.owed + :amount
                        where c.name = :customer and c.owed + :amount <= c.creditLimit""")
                .setParameter("amount", amount)
                .setParameter("customer", customer)
                .executeUpdate();
        if (charged == 0) {
            throw overTheLimit(em.find(Customer.class, customer), amount);
        }
    }

    /** Takes from what the customer owes. */
    void credit(String customer, BigDecimal amount) {
        em.createQuery("update Customer c set c.owed = c.owed - :amount where c.name = :customer")
                .setParameter("amount", amount)
                .setParameter("customer", customer)
                .executeUpdate();
    }

    private static RequestRefused overTheLimit(Customer customer, BigDecimal amount) {
        return new RequestRefused(Problem.of(
                Status.CONFLICT,
                "Over the credit limit: %s would owe %s, and the limit is %s. Nothing was ordered."
                        .formatted(customer.getName(), customer.getOwed().add(amount), customer.getCreditLimit())));
    }
}
