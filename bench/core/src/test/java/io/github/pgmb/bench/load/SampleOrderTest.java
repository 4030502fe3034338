package io.github.pgmb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleOrderTest {

    @Test
    void hasTheSameLengthWhateverItsNumber() {
        for (var number = 0; number < 2000; number++) {
            assertThat(SampleOrder.numbered(number).json()).hasSize(SampleOrder.JSON_LENGTH);
        }
    }

    @Test
    void differsFromNumberToNumber() {
        assertThat(SampleOrder.numbered(1)).isNotEqualTo(SampleOrder.numbered(2));
    }
}
