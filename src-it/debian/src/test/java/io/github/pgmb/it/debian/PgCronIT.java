package io.github.pgmb.it.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.SqlClient;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ticks and maintenance by pg_cron 1.4, which knows minutes only. */
class PgCronIT {

    private static final Duration A_MINUTE_AND_A_BIT = Duration.ofSeconds(75);
    private static final Duration A_FEW_TICKS = Duration.ofSeconds(5);

    @TempDir
    static Path folder;

    private static PostgresServer server;
    private static Shop shop;
    private static SqlClient superuser;

    @BeforeAll
    static void start() {
        server = Programs.server()
                .setting("shared_preload_libraries", "pg_cron")
                .setting("cron.database_name", Shop.NAME)
                .setting("cron.use_background_workers", "on")
                .start();
        shop = Shop.create(server, folder);
        superuser = new SqlClient(server.superuser(Shop.NAME));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void withPgCron() {
        superuser.execute("create extension if not exists pg_cron");
        superuser.execute("grant usage on schema cron to " + Shop.NAME);
        shop.configure("use_pg_cron", "false");
        shop.configure("pg_cron_poll_for_events_cron", "1 second");
        shop.configure("pg_cron_partition_maintenance_cron", "*/10 * * * *");
    }

    private static void assertJobs(String... jobs) {
        assertThat(superuser.list(
                        "select concat_ws(' | ', jobname, database, username, schedule, command) from cron.job"))
                .containsExactlyInAnyOrder(jobs);
    }

    private static void assertRefused(ThrowingCallable change, String sqlState, String message) {
        assertThatThrownBy(change)
                .rootCause()
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(sqlState));
        assertThatThrownBy(change).rootCause().hasMessageContaining(message);
    }

    private static void assertOff() {
        assertThat(shop.sql().value("select pgmb.get_config_value('use_pg_cron')"))
                .isEqualTo("false");
    }

    @Test
    void schedulesReschedulesAndUnschedules() {
        assertJobs();

        shop.configure("use_pg_cron", "true");
        assertJobs(
                "pgmb tick shop | shop | shop | * * * * * | call pgmb.keep_ticking('1 second')",
                "pgmb maintenance shop | shop | shop | */10 * * * * | call pgmb.maintain_in_steps()");

        shop.configure("pg_cron_poll_for_events_cron", "*/2 * * * *");
        shop.configure("pg_cron_partition_maintenance_cron", "5 * * * *");
        assertJobs(
                "pgmb tick shop | shop | shop | */2 * * * * | call pgmb.keep_ticking()",
                "pgmb maintenance shop | shop | shop | 5 * * * * | call pgmb.maintain_in_steps()");

        shop.configure("use_pg_cron", "false");
        assertJobs();
        shop.configure("pg_cron_poll_for_events_cron", "30 seconds");
        assertJobs();
    }

    /** Else subscribers' conditions would have a superuser's rights. */
    @Test
    void jobsRunAsTheOwnerWhoeverTurnsThemOn() {
        superuser.execute("update pgmb.config set value = 'true' where id = 'use_pg_cron'");
        assertThat(superuser.list("select distinct username from cron.job")).containsExactly(Shop.NAME);
        superuser.execute("delete from pgmb.config where id = 'use_pg_cron'");
        assertJobs();
        superuser.execute("insert into pgmb.config values ('use_pg_cron', 'false')");
    }

    @Test
    void aScheduleThatIsNoneChangesNothing() {
        shop.configure("use_pg_cron", "true");
        assertRefused(
                () -> shop.configure("pg_cron_poll_for_events_cron", "often"), "22023", "invalid schedule: often");
        assertRefused(
                () -> shop.configure("pg_cron_partition_maintenance_cron", "61 * * * *"), "22023", "invalid schedule");
        assertJobs(
                "pgmb tick shop | shop | shop | * * * * * | call pgmb.keep_ticking('1 second')",
                "pgmb maintenance shop | shop | shop | */10 * * * * | call pgmb.maintain_in_steps()");
    }

    @Test
    void saysWhatIsMissing() {
        superuser.execute("revoke usage on schema cron from " + Shop.NAME);
        assertRefused(() -> shop.configure("use_pg_cron", "true"), "PM018", "the role shop may not use pg_cron");
        assertOff();

        superuser.execute("drop extension pg_cron");
        assertRefused(
                () -> shop.configure("use_pg_cron", "true"),
                "PM018",
                "the database shop does not have the extension pg_cron");
        assertOff();
        shop.configure("use_pg_cron", "false");
    }

    @Test
    void deliversWithinASecondOrTwo() {
        shop.subscribe("desk");
        shop.configure("use_pg_cron", "true");
        shop.publish(1, 3);
        Eventually.within(
                A_MINUTE_AND_A_BIT,
                () -> assertThat(shop.consume("desk")).containsExactlyElementsOf(Shop.numbers(1, 3)));
        for (var n = 4; n <= 5; n++) {
            shop.publish(n, n);
            var next = Shop.numbers(n, n);
            Eventually.within(
                    A_FEW_TICKS, () -> assertThat(shop.consume("desk")).containsExactlyElementsOf(next));
        }
        assertThat(superuser.list("select distinct status from cron.job_run_details"))
                .doesNotContain("failed");
    }
}
