package io.github.pgmb.sample.office;

import io.github.pgmb.Event;
import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.Transactional;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * Books the revenue of orders, and takes it back if they are rejected. A sum shows whether an event was handled once: twice would be money
 * that nobody paid. So the entry and the acknowledgement of the event commit together.
 */
@ApplicationScoped
public class Ledger {

    private static final int MOST = 100;

    @PersistenceContext
    private EntityManager em;

    /** One handler for both topics: only within one are events in order, and revenue is booked before it is taken back. */
    @PgmbObserves(
            topics = {OrderEvent.PLACED, OrderEvent.REJECTED},
            name = "ledger")
    @Transactional
    public void keepUp(Event<OrderEvent> event) {
        var day = LocalDate.ofInstant(event.publishedAt(), ZoneOffset.UTC);
        switch (event.topic()) {
            case OrderEvent.PLACED -> em.persist(LedgerEntry.of(event.payload(), day));
            case OrderEvent.REJECTED -> takeBack(event.payload(), day);
            default -> throw new IllegalArgumentException(event.topic());
        }
    }

    /** What was booked, which is nothing for an order that is older than the ledger. */
    private void takeBack(OrderEvent order, LocalDate day) {
        em.createQuery("select e from LedgerEntry e where e.orderId = :order", LedgerEntry.class)
                .setParameter("order", order.orderId())
                .getResultStream()
                .map(entry -> entry.takenBack(day))
                .toList()
                .forEach(em::persist);
    }

    /** The latest days first. */
    public List<DayRevenue> byDay() {
        return em.createQuery("""
                        select new io.github.pgmb.sample.office.DayRevenue(e.day, sum(e.orders), sum(e.amount))
                        from LedgerEntry e group by e.day order by e.day desc""", DayRevenue.class).setMaxResults(MOST).getResultList();
    }

    /** The best customers first. */
    public List<CustomerRevenue> byCustomer() {
        return em.createQuery("""
                        select new io.github.pgmb.sample.office.CustomerRevenue(e.customer, sum(e.orders), sum(e.amount))
                        from LedgerEntry e group by e.customer order by sum(e.amount) desc, e.customer""", CustomerRevenue.class).setMaxResults(MOST).getResultList();
    }
}
