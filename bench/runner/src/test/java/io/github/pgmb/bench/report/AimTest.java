package io.github.pgmb.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AimTest {

    @Test
    void saysWhetherAValueReachesIt() {
        var aim = Aim.atLeast(50_000, "events/s");
        assertThat(aim.text()).isEqualTo("≥ 50,000 events/s");
        assertThat(aim.verdict(50_000)).isEqualTo("reached");
        assertThat(aim.verdict(49_999)).isEqualTo("missed");
    }

    @Test
    void mayBeALimit() {
        var aim = Aim.atMost(1.5, "× the smallest");
        assertThat(aim.text()).isEqualTo("≤ 1.50 × the smallest");
        assertThat(aim.verdict(1.5)).isEqualTo("reached");
        assertThat(aim.verdict(1.6)).isEqualTo("missed");
    }

    @Test
    void isNotAlwaysThere() {
        assertThat(Aim.NONE.verdict(0)).isEmpty();
    }
}
