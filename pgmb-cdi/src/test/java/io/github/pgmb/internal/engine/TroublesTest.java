package io.github.pgmb.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.engine.Troubles.Part;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What is said about troubles, and how often. */
class TroublesTest {

    private final SQLException cut = new SQLException("connection cut", "08006");

    private final AtomicBoolean answers = new AtomicBoolean(true);
    private final AtomicLong now = new AtomicLong(1);
    private final Lines lines = new Lines();
    private final Troubles troubles = new Troubles(lines, answers::get, now::get);

    @Test
    void aSingleCutConnectionIsNoOutage() {
        troubles.met(Part.TICK, cut);
        assertThat(troubles.reason()).isEmpty();
        assertThat(lines.said).isEmpty();
    }

    @Test
    void aConnectionThatIsCutAgainAndAgainIsATrouble() {
        troubles.met(Part.TICK, cut);
        over(Part.TICK);
        troubles.met(Part.TICK, cut);
        assertThat(troubles.reason()).isEmpty();
        troubles.met(Part.TICK, cut);
        assertThat(troubles.reason()).contains("connection cut");
        assertThat(codes()).containsExactly("PGMB-0304");
        over(Part.TICK);
        assertThat(troubles.reason()).isEmpty();
    }

    @Test
    void anOutageIsLoggedOnceWhoeverMeetsIt() {
        answers.set(false);
        troubles.met(Part.TICK, cut);
        troubles.met(Part.HEARTBEAT, cut);
        troubles.met(Part.MAINTENANCE, cut);
        troubles.met(Part.TICK, cut);
        assertThat(troubles.reason())
                .hasValueSatisfying(
                        reason -> assertThat(reason).startsWith("PGMB-0205").contains("connection cut"));
        answers.set(true);
        over(Part.TICK);
        assertThat(troubles.reason()).isEmpty();
        assertThat(lines.said).hasSize(2);
        assertThat(lines.said.get(0)).startsWith("PGMB-0205");
        assertThat(lines.said.get(1)).startsWith("PGMB-0305");
    }

    /** As of a thread that was slow to tell it. */
    @Test
    void aSuccessFromBeforeAnOutageDoesNotEndIt() {
        answers.set(false);
        now.set(10);
        troubles.met(Part.HEARTBEAT, cut);
        troubles.over(Part.TICK, 9);
        assertThat(troubles.reason()).isPresent();
        troubles.over(Part.TICK, 11);
        assertThat(troubles.reason()).isEmpty();
        assertThat(codes()).containsExactly("PGMB-0205", "PGMB-0305");
    }

    @Test
    void whatWasAskedBeforeTheDatabaseWasBackBeginsNoOutage() {
        var back = new AtomicReference<Runnable>();
        var slow = new Troubles(
                lines,
                () -> {
                    back.get().run();
                    return false;
                },
                now::get);
        back.set(() -> slow.over(Part.HEARTBEAT, now.incrementAndGet()));
        slow.met(Part.TICK, cut);
        slow.met(Part.TICK, cut);
        assertThat(slow.reason()).isEmpty();
        assertThat(codes()).doesNotContain("PGMB-0205");
    }

    private void over(Part part) {
        troubles.over(part, now.get());
    }

    @Test
    void aSecondOutageSoonAfterTheFirstIsLoggedToo() {
        outageOverAfter(1);
        answers.set(false);
        // Perhaps only the next connection of the pool that died in the first one.
        troubles.met(Part.TICK, cut);
        assertThat(codes()).containsExactly("PGMB-0205", "PGMB-0305");
        troubles.met(Part.TICK, cut);
        assertThat(codes()).containsExactly("PGMB-0205", "PGMB-0305", "PGMB-0205");
    }

    @Test
    void anOutageLongAfterAnotherIsBelievedAtOnce() {
        outageOverAfter(1);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        answers.set(false);
        troubles.met(Part.TICK, cut);
        assertThat(codes()).endsWith("PGMB-0205");
    }

    @Test
    void whatIsNoOutageIsLoggedOncePerMessage() {
        troubles.met(Part.HEARTBEAT, new SQLException("permission denied", "42501"));
        troubles.met(Part.HEARTBEAT, new SQLException("permission denied", "42501"));
        troubles.met(Part.HEARTBEAT, new PgmbException("PGMB-0201: no data source"));
        assertThat(codes()).containsExactly("PGMB-0304", "PGMB-0201");
        assertThat(troubles.reason()).contains("PGMB-0201: no data source");
        over(Part.HEARTBEAT);
        assertThat(troubles.reason()).isEmpty();
    }

    @Test
    void aFailedMaintenanceKeepsNobodyFromDelivering() {
        troubles.met(Part.MAINTENANCE, new SQLException("lock timeout", "55P03"));
        assertThat(troubles.reason()).isEmpty();
        assertThat(troubles.maintenance()).contains("lock timeout");
        over(Part.MAINTENANCE);
        assertThat(troubles.maintenance()).isEmpty();
    }

    @Test
    void aHandlerFailsBecauseOfAnOutageOnlyIfThereIsOne() {
        assertThat(troubles.isOutage(cut)).isFalse();
        answers.set(false);
        assertThat(troubles.isOutage(new IllegalStateException("rolled back")))
                .as("a commit may fail without any sign of the connection")
                .isTrue();
        assertThat(codes()).containsExactly("PGMB-0205");
        answers.set(true);
        assertThat(troubles.isOutage(cut)).as("a connection that died in it").isTrue();
        assertThat(troubles.isOutage(new IllegalStateException("no"))).isFalse();
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(troubles.isOutage(cut)).as("of another database").isFalse();
    }

    private void outageOverAfter(int failures) {
        answers.set(false);
        for (var i = 0; i < failures; i++) {
            troubles.met(Part.TICK, cut);
        }
        answers.set(true);
        over(Part.TICK);
    }

    private List<String> codes() {
        return lines.said.stream().map(line -> line.substring(0, 9)).toList();
    }

    private static final class Lines implements System.Logger {

        private final List<String> said = new ArrayList<>();

        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            said.add(message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            said.add(format);
        }
    }
}
