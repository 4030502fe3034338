package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A setting that would stop the broker is refused when it is made. */
class ConfigTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
    }

    @ParameterizedTest
    @CsvSource({
        "poll_chunk_size, 0",
        "poll_chunk_size, -1",
        "poll_chunk_size, many",
        "poll_chunk_size,",
        "partition_interval, 0",
        "partition_interval, -1 day",
        "partition_interval, 1 second",
        "partition_interval,",
        "partition_retention_period, -1 day",
        "partition_retention_period, long",
        "partition_retention_period,",
        "future_intervals_to_create, -1",
        "future_intervals_to_create,",
        "partition_retention_cap, -1 day",
        "partition_retention_cap, never",
        "use_pg_cron, yes",
        "use_pg_cron,",
        "pg_cron_poll_for_events_cron, ' '",
        "pg_cron_partition_maintenance_cron,",
    })
    void refuses(String key, String value) {
        assertThatThrownBy(() -> pgmb.configure(key, value))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isIn("23514", "22P02", "22007"));
    }

    @ParameterizedTest
    @CsvSource({
        "poll_chunk_size, 1",
        "partition_interval, 1 hour",
        "partition_interval, P1D",
        "partition_retention_period, 0",
        "future_intervals_to_create, 0",
        "partition_retention_cap, 30 days",
        "partition_retention_cap,",
    })
    void accepts(String key, String value) throws SQLException {
        pgmb.begin();
        pgmb.configure(key, value);
        assertThat(pgmb.text("select pgmb.get_config_value(?::pgmb.config_type)", key))
                .isEqualTo(value);
        pgmb.maintain(pgmb.text("select now() + interval '1 day'"));
        pgmb.rollback();
    }

    @Test
    void tellsTheVersionOfTheSchema() throws SQLException {
        assertThat(pgmb.text("select pgmb.get_config_value('plugin_version')")).matches("\\d+\\.\\d+\\.\\d+");
    }
}
