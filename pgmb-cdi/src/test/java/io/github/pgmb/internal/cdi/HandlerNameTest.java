package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandlerNameTest {

    @ParameterizedTest
    @CsvSource({
        "onOrderPlaced, on-order-placed",
        "Invoicing, invoicing",
        "SSEStreams, sse-streams",
        "onSKU, on-sku",
        "on2Orders, on2-orders",
        "on_order__placed, on-order-placed",
        "_x, x",
    })
    void is_made_of_the_words_of_identifiers(String identifier, String words) {
        assertThat(HandlerName.kebab(identifier)).isEqualTo(words);
    }
}
