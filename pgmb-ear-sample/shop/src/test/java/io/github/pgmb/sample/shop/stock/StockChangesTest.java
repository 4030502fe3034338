package io.github.pgmb.sample.shop.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.sample.shop.OrderEvent;
import io.github.pgmb.sample.shop.OrderEvent.Line;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StockChangesTest {

    @Test
    void sumsUpWhatIsPlacedInTheOrderOfSkus() {
        var changes =
                changes(List.of(placed(1, line("POT", 1), line("CUP", 2)), placed(2, line("CUP", 3), line("CUP", 4))));

        assertThat(changes.quantities()).containsExactly(entry("CUP", 9), entry("POT", 1));
        assertThat(changes.placed()).containsExactly(1L, 2L);
        assertThat(changes.rejected()).isEmpty();
    }

    @Test
    void releasesWhatAnEarlierBatchHasReserved() {
        var changes = changes(List.of(rejected(1, line("CUP", 2))));

        assertThat(changes.quantities()).containsExactly(entry("CUP", -2));
        assertThat(changes.placed()).isEmpty();
        assertThat(changes.rejected()).containsExactly(1L);
    }

    @Test
    void netsWhatIsPlacedAndRejectedInOneBatch() {
        var changes = changes(List.of(
                placed(1, line("CUP", 2), line("POT", 1)),
                placed(2, line("CUP", 5)),
                rejected(1, line("CUP", 2), line("POT", 1))));

        assertThat(changes.quantities()).containsExactly(entry("CUP", 5));
        assertThat(changes.placed()).containsExactly(1L, 2L);
        assertThat(changes.rejected()).containsExactly(1L);
    }

    @Test
    void holdsMoreThanAnInt() {
        var changes =
                changes(List.of(placed(1, line("CUP", Integer.MAX_VALUE)), placed(2, line("CUP", Integer.MAX_VALUE))));

        assertThat(changes.quantities()).containsExactly(entry("CUP", 2L * Integer.MAX_VALUE));
    }

    @Test
    void refusesOtherTopics() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> changes(List.of(event("order-lost", 1, line("CUP", 1)))))
                .withMessage("order-lost");
    }

    private static StockChanges changes(List<Event<OrderEvent>> events) {
        return StockChanges.of(new EventBatch<>(events));
    }

    private static Event<OrderEvent> placed(long orderId, Line... lines) {
        return event(OrderEvent.PLACED, orderId, lines);
    }

    private static Event<OrderEvent> rejected(long orderId, Line... lines) {
        return event(OrderEvent.REJECTED, orderId, lines);
    }

    private static Event<OrderEvent> event(String topic, long orderId, Line... lines) {
        return new Event<>(
                "E-" + orderId,
                topic,
                new OrderEvent(orderId, "Ada", List.of(lines), BigDecimal.ONE),
                JsonValue.EMPTY_JSON_OBJECT);
    }

    private static Line line(String sku, int quantity) {
        return new Line(sku, quantity, BigDecimal.ONE);
    }

    private static Map.Entry<String, Long> entry(String sku, long quantity) {
        return Map.entry(sku, quantity);
    }
}
