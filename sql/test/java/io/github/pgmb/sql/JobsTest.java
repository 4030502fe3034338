package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What pg_cron would run. */
class JobsTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private Pgmb job;

    @BeforeEach
    void subscribe() throws SQLException {
        pgmb = sessions.open();
        job = sessions.open();
        pgmb.subscribe("group", Pgmb.ALL);
    }

    @AfterEach
    void forget() throws SQLException {
        pgmb.forgetEverything();
    }

    private CompletableFuture<Void> tickFor2Seconds() throws SQLException {
        job.run(
                "select pg_sleep(case when s > 57 then 60 - s else 0 end) from extract(second from clock_timestamp()) s");
        job.run("set statement_timeout = '4s'");
        return run("call pgmb.keep_ticking('100 ms')");
    }

    private CompletableFuture<Void> run(String call) {
        return CompletableFuture.runAsync(() -> {
            try {
                job.run(call);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void awaitReceived(String... topics) {
        Eventually.eventually(() -> assertThat(pgmb.received("group")).containsExactly(topics));
    }

    @Test
    void ticksAndCommitsAgainAndAgain() throws Exception {
        CompletableFuture<Void> ticking = tickFor2Seconds();
        for (int n = 1; n <= 3; n++) {
            pgmb.publish("e" + n);
            awaitReceived(IntStream.rangeClosed(1, n).mapToObj(e -> "e" + e).toArray(String[]::new));
        }
        ticking.get();
    }

    @Test
    void endsBeforeItsTimeLimit() throws Exception {
        job.run("set statement_timeout = '1s'");
        long start = System.nanoTime();
        job.run("call pgmb.keep_ticking('50 ms')");
        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(700);
    }

    @Test
    void ticksUntilNothingIsLeftWithoutAPause() throws SQLException {
        pgmb.configure("poll_chunk_size", "2");
        pgmb.publishNumbered("e", 7);
        job.run("call pgmb.keep_ticking()");
        assertThat(pgmb.received("group")).hasSize(7);
        pgmb.configure("poll_chunk_size", "50000");
    }

    @Test
    void goesOnAfterATickThatFailed() throws Exception {
        pgmb.publish("a");
        pgmb.run("alter table pgmb.subscription_events add constraint broken check (tick < 0) not valid");
        CompletableFuture<Void> ticking = tickFor2Seconds();
        Thread.sleep(300);
        assertThat(pgmb.received("group")).isEmpty();
        pgmb.run("alter table pgmb.subscription_events drop constraint broken");
        awaitReceived("a");
        ticking.get();
    }

    @Test
    void maintainsStepByStep() throws Exception {
        int before = pgmb.partitions("pgmb.events").size();
        Pgmb other = sessions.open();
        other.begin();
        // what the end of maintenance waits for
        other.run("lock table pgmb.quarantines");
        CompletableFuture<Void> maintaining = run("call pgmb.maintain_in_steps(now() + interval '3 days')");
        Eventually.eventually(
                () -> assertThat(pgmb.partitions("pgmb.events").size()).isGreaterThan(before + 1));
        assertThat(maintaining).isNotDone();
        other.rollback();
        maintaining.get();
    }
}
