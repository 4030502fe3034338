package io.github.pgmb.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TriggersTest {

    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    private final Triggers triggers = new Triggers(scheduler);

    @AfterEach
    void end() {
        scheduler.shutdownNow();
    }

    @Test
    void firesAtOnceAndThenAtIntervals() throws InterruptedException {
        var fired = new CountDownLatch(5);

        triggers.every(() -> Duration.ofMillis(10), fired::countDown);

        assertThat(fired.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void followsAnIntervalThatChanges() throws InterruptedException {
        var fired = new AtomicInteger();
        var interval = new AtomicReference<>(Duration.ofMillis(10));
        triggers.every(interval::get, fired::incrementAndGet);
        Received.await(() -> fired.get() > 2);

        interval.set(Duration.ofHours(1));
        TimeUnit.MILLISECONDS.sleep(50);
        var before = fired.get();
        TimeUnit.MILLISECONDS.sleep(200);
        assertThat(fired).hasValue(before);

        interval.set(Duration.ofMillis(10));
        Received.await(() -> fired.get() > before + 2);
    }

    @Test
    void aLongIntervalLeavesNoTaskBehindThatWaitsForIt() throws InterruptedException {
        var fired = new AtomicInteger();
        triggers.every(() -> Duration.ofHours(1), fired::incrementAndGet);

        TimeUnit.SECONDS.sleep(5);
        triggers.cancel();

        assertThat(fired).hasValue(1);
        assertThat(scheduler.getQueue())
                .allSatisfy(left ->
                        assertThat(((Delayed) left).getDelay(TimeUnit.SECONDS)).isLessThan(5));
    }
}
