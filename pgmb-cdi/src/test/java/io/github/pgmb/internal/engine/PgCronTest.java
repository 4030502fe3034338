package io.github.pgmb.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.Database;
import io.github.pgmb.internal.db.Maintenance;
import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.SqlClient;
import io.github.pgmb.test.postgres.TestDatabase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a node leaves to pg_cron, by the setting alone: no job runs here. */
class PgCronTest {

    private static final Duration A_WHILE = Duration.ofSeconds(2);

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private final Received received = new Received();
    private SqlClient client;
    private TestNode node;

    @BeforeEach
    void startNode() {
        client = new SqlClient(DATABASE.dataSource());
        client.execute("drop schema if exists pgmb cascade");
        node = new TestNode(DATABASE.dataSource()).onTopic("a", "t", received).start();
        Eventually.eventually(() -> assertThat(node.engine().status().phase()).isEqualTo(EngineStatus.Phase.RUNNING));
        client.execute("alter table pgmb.config disable trigger apply_job_settings");
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    private void usePgCron(boolean use) throws InterruptedException {
        client.execute("update pgmb.config set value = ? where id = 'use_pg_cron'", Boolean.toString(use));
        // longer than a beat, and than a tick that had begun
        Thread.sleep(1500);
    }

    @Test
    void doesNotTickWhileItIsOn() throws InterruptedException {
        usePgCron(true);
        node.publish("t", "1");
        client.publish("t", "2");
        Eventually.throughout(A_WHILE, () -> assertThat(received.ids()).isEmpty());
        client.execute("select pgmb.tick()");
        received.awaitCount(2);
    }

    @Test
    void ticksAgainWhenItIsOff() throws InterruptedException {
        usePgCron(true);
        client.publish("t", "1");
        usePgCron(false);
        received.awaitCount(1);
        node.publish("t", "2");
        received.awaitCount(2);
    }

    /** Jobs are not restored with the setting. */
    @Test
    void comesInNowAndThenWhileItIsOn() throws Exception {
        var pgCron = new PgCron(new Maintenance(new Database(DATABASE::dataSource)));
        var ticks = pgCron.ticksEvery(Duration.ofMillis(200));
        var maintains = pgCron.maintainsEvery(Duration.ofMinutes(1));
        pgCron.look();
        assertThat(ticks.get()).hasMillis(200);
        assertThat(maintains.get()).hasMinutes(1);

        usePgCron(true);
        pgCron.look();
        assertThat(ticks.get()).hasMinutes(1);
        assertThat(maintains.get()).hasHours(1);
        assertThat(pgCron.ticksEvery(Duration.ZERO).get()).isZero();
        assertThat(pgCron.ticksEvery(Duration.ofMinutes(5)).get()).hasMinutes(5);
    }
}
