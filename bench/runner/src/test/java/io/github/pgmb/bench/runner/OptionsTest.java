package io.github.pgmb.bench.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void measuresEverythingInFullByDefault() throws UsageException {
        var options = Options.parse(List.of());
        assertThat(options.parts()).containsExactlyInAnyOrder(Part.values());
        assertThat(options.size()).isEqualTo(Options.Size.FULL);
        assertThat(options.databaseUrl()).isEmpty();
    }

    @Test
    void takesSizesBesideQuickInAnyOrder() throws UsageException {
        var options = Options.parse(List.of("--events=5", "--quick", "--only=start,latency"));
        assertThat(options.size()).isEqualTo(new Options.Size(100, 5, 1));
        assertThat(options.parts()).containsExactlyInAnyOrder(Part.START, Part.LATENCY);
    }

    @Test
    void keepsTheParametersOfAUrl() throws UsageException {
        var url = "jdbc:postgresql://db/bench?user=a&password=b";
        assertThat(Options.parse(List.of("--database-url=" + url)).databaseUrl())
                .contains(url);
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        for (var wrong : List.of("--fast", "--only=all", "--events=0", "--rounds=x", "--database-url=http://db")) {
            assertThatThrownBy(() -> Options.parse(List.of(wrong)))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining(wrong.split("=", 2)[0]);
        }
    }
}
