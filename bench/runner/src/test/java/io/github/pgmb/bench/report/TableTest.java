package io.github.pgmb.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void alignsColumns() {
        var table = new Table("what", "ms").row("a", "1.25").row("longer", "100.00");
        assertThat(table.markdown()).isEqualTo("""
                        | what   |     ms |
                        |--------|-------:|
                        | a      |   1.25 |
                        | longer | 100.00 |
                        """);
    }

    @Test
    void refusesARowOfAnotherLength() {
        var table = new Table("what", "ms");
        assertThatThrownBy(() -> table.row("a")).isInstanceOf(IllegalArgumentException.class);
    }
}
