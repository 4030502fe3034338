package io.github.pgmb.bench.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.bench.measure.Effort;
import java.util.EnumSet;
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
        assertThat(options.size()).isEqualTo(new Options.Size(100, 5, 1, Effort.QUICK));
        assertThat(options.parts()).containsExactlyInAnyOrder(Part.START, Part.LATENCY);
    }

    @Test
    void takesThePartsOfTheSqlCoreTogetherOrByName() throws UsageException {
        assertThat(Options.parse(List.of("--only=sql")).parts()).isEqualTo(EnumSet.range(Part.PUBLISH, Part.SPACE));
        assertThat(Options.parse(List.of("--only=tick,space")).parts())
                .containsExactlyInAnyOrder(Part.TICK, Part.SPACE);
    }

    @Test
    void takesThePartsOfTheEngineByName() throws UsageException {
        var parts = Options.parse(List.of("--only=handling,takeover,retries")).parts();
        assertThat(parts).isEqualTo(EnumSet.range(Part.HANDLING, Part.RETRIES));
        assertThat(parts)
                .allMatch(part -> part.engine().isPresent() && part.sql().isEmpty());
    }

    @Test
    void repeatsEverythingAsOftenAsItIsTold() throws UsageException {
        var size = Options.parse(List.of("--rounds=7")).size();
        assertThat(size.rounds()).isEqualTo(7);
        assertThat(size.sql()).isEqualTo(new Effort(7, 1));
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
