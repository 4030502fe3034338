package io.github.pgmb.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final int NO_POSTMASTER = 0;

    @Test
    void publishesEachEventOnceByAllThreads() throws Exception {
        var published = new BitSet();
        var outcome = new Load(1050, 100, 4)
                .run(
                        Thread::new,
                        NO_POSTMASTER,
                        (first, end) -> {
                            synchronized (published) {
                                assertThat(published.get(first, end).cardinality())
                                        .isZero();
                                published.set(first, end);
                            }
                        },
                        Load.PUBLISHED);
        assertThat(published.cardinality()).isEqualTo(1050);
        assertThat(outcome.events()).isEqualTo(1050);
        assertThat(outcome.whole()).isGreaterThanOrEqualTo(outcome.publishing());
    }

    @Test
    void failsIfPublishingFails() {
        var load = new Load(10, 1, 1);
        assertThatThrownBy(() -> load.run(
                        Thread::new,
                        NO_POSTMASTER,
                        (first, end) -> {
                            throw new IOException("no");
                        },
                        Load.PUBLISHED))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anOutcomeSurvivesItsWayAsText() {
        var before = new Usage(Duration.ofSeconds(1), Duration.ofSeconds(2), Map.of());
        var after = new Usage(
                Duration.ofSeconds(4), Duration.ofSeconds(7), Map.of(ThreadRole.TICKER, Duration.ofMillis(5)));
        var outcome = Outcome.between(1000, 2_000_000_000L, 1_000_000_000L, before, after);
        assertThat(Outcome.parse(outcome.toText())).isEqualTo(outcome);
        assertThat(outcome.rate()).isEqualTo(500);
        assertThat(outcome.cores(outcome.jvm())).isEqualTo(1.5);
        assertThat(outcome.microsPerEvent(outcome.postgres())).isEqualTo(5000);
    }
}
