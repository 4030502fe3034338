package io.github.pgmb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

    @Test
    void ranksValuesInAnyOrder() {
        var hundred =
                Percentiles.of(LongStream.rangeClosed(1, 100).map(i -> 101 - i).toArray());
        assertThat(hundred.at(50)).isEqualTo(50);
        assertThat(hundred.at(90)).isEqualTo(90);
        assertThat(hundred.at(99)).isEqualTo(99);
        assertThat(hundred.max()).isEqualTo(100);
    }

    @Test
    void takesTheNearestRankAbove() {
        var three = Percentiles.of(10, 20, 30);
        assertThat(three.at(0)).isEqualTo(10);
        assertThat(three.at(33)).isEqualTo(10);
        assertThat(three.at(34)).isEqualTo(20);
        assertThat(three.at(100)).isEqualTo(30);
    }

    @Test
    void refusesNothing() {
        assertThatThrownBy(Percentiles::of).isInstanceOf(IllegalArgumentException.class);
    }
}
