package io.github.pgmb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcStatTest {

    @Test
    void readsALineWhoseNameHoldsSpacesAndParentheses() {
        var line = "4711 (postgres: a (b) c) S 42 4711 4711 0 -1 4194560 5 6 7 8 150 50 300 100 20 0 1 0 99";
        assertThat(ProcStat.parse(line)).isEqualTo(new ProcStat(42, Duration.ofSeconds(2), Duration.ofSeconds(4)));
    }

    @Test
    void takesTheFinerCountWhereThereIsOne() {
        var stat = new ProcStat(42, Duration.ofSeconds(2), Duration.ofSeconds(4));
        assertThat(stat.scheduled("2009876543 362 1\n"))
                .isEqualTo(new ProcStat(42, Duration.ofNanos(2_009_876_543), Duration.ofSeconds(4)));
        assertThat(stat.scheduled("")).isEqualTo(stat);
    }
}
