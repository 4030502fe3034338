package io.github.pgmb.sample.office;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class LedgerEntryTest {

    private static final LocalDate MONDAY = LocalDate.of(2026, 11, 23);
    private static final LocalDate TUESDAY = MONDAY.plusDays(1);

    @Test
    void booksAnOrder() {
        var entry = LedgerEntry.of(new OrderEvent(7, "Ada", new BigDecimal("61.00")), MONDAY);

        assertThat(entry.getOrderId()).isEqualTo(7);
        assertThat(entry.getCustomer()).isEqualTo("Ada");
        assertThat(entry.getDay()).isEqualTo(MONDAY);
        assertThat(entry.getOrders()).isOne();
        assertThat(entry.getAmount()).isEqualTo("61.00");
    }

    @Test
    void takesAnOrderBackOnTheDayOfItsRejection() {
        var entry = LedgerEntry.of(new OrderEvent(7, "Ada", new BigDecimal("61.00")), MONDAY)
                .takenBack(TUESDAY);

        assertThat(entry.getOrderId()).isEqualTo(7);
        assertThat(entry.getCustomer()).isEqualTo("Ada");
        assertThat(entry.getDay()).isEqualTo(TUESDAY);
        assertThat(entry.getOrders()).isEqualTo(-1);
        assertThat(entry.getAmount()).isEqualTo("-61.00");
    }
}
