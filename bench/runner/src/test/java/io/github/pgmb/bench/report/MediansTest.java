package io.github.pgmb.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MediansTest {

    @Test
    void isTheMiddle() {
        assertThat(Medians.of(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Medians.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2);
    }

    @Test
    void comparesRoundByRound() {
        assertThat(Medians.ofRatios(List.of(5.0, 50.0, 20.0), List.of(10.0, 100.0, 20.0)))
                .isEqualTo(0.5);
    }
}
