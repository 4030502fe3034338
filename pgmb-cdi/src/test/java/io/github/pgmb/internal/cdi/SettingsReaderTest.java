package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.cdi.DeploymentSettings.Start;
import io.github.pgmb.internal.engine.Settings;
import io.github.pgmb.internal.engine.Settings.SchemaMigration;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {

    private static final String UNREADABLE = "unreadable";

    @Test
    void only_the_group_id_is_needed() {
        assertThat(reader(Map.of("pgmb.group-id", "shop")).read(List.of()).engine())
                .isEqualTo(new Settings(
                        "shop",
                        Duration.ofMillis(500),
                        Duration.ofMillis(500),
                        1000,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(10),
                        16,
                        Duration.ofSeconds(30),
                        SchemaMigration.UPDATE));
        assertThat(reader(Map.of()).deployment())
                .isEqualTo(new DeploymentSettings(
                        "java:comp/DefaultDataSource",
                        "java:comp/DefaultManagedThreadFactory",
                        "java:comp/DefaultManagedScheduledExecutorService",
                        Start.AUTO));
    }

    @Test
    void every_setting_is_read() {
        var reader = reader(Map.ofEntries(
                Map.entry("pgmb.group-id", " Shop.v1_a-b "),
                Map.entry("pgmb.poll-events-interval-ms", "0"),
                Map.entry("pgmb.read-events-interval-ms", "10"),
                Map.entry("pgmb.read-chunk-size", "1"),
                Map.entry("pgmb.table-maintenance-interval-ms", "0"),
                Map.entry("pgmb.lease-ms", "2000"),
                Map.entry("pgmb.handler-threads", "256"),
                Map.entry("pgmb.drain-timeout-ms", "0"),
                Map.entry("pgmb.schema.migrate", "none"),
                Map.entry("pgmb.datasource", "java:app/jdbc/shop"),
                Map.entry("pgmb.thread-factory", "java:app/tf"),
                Map.entry("pgmb.scheduled-executor", "java:app/se"),
                Map.entry("pgmb.start", "manual")));
        assertThat(reader.read(List.of()).engine())
                .isEqualTo(new Settings(
                        "Shop.v1_a-b",
                        Duration.ZERO,
                        Duration.ofMillis(10),
                        1,
                        Duration.ZERO,
                        Duration.ofSeconds(2),
                        256,
                        Duration.ZERO,
                        SchemaMigration.NONE));
        assertThat(reader.deployment())
                .isEqualTo(new DeploymentSettings("java:app/jdbc/shop", "java:app/tf", "java:app/se", Start.MANUAL));
    }

    @Test
    void environment_variables_have_the_names_of_the_seed() {
        var config = new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(
                        Map.of(
                                "PGMB_GROUP_ID", "shop",
                                "PGMB_POLL_EVENTS_INTERVAL_MS", "50",
                                "PGMB_READ_EVENTS_INTERVAL_MS", "60",
                                "PGMB_READ_CHUNK_SIZE", "70"),
                        300))
                .build();
        var settings = new SettingsReader(config).read(List.of()).engine();
        assertThat(settings.groupId()).isEqualTo("shop");
        assertThat(settings.pollEventsInterval()).hasMillis(50);
        assertThat(settings.readEventsInterval()).hasMillis(60);
        assertThat(settings.readChunkSize()).isEqualTo(70);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pgmb.group-id | -x | PGMB-0502",
                "pgmb.group-id | a b | PGMB-0502",
                "pgmb.group-id | a:b | PGMB-0502",
                "pgmb.poll-events-interval-ms | -1 | 0 to disable, or 10 to 3600000",
                "pgmb.poll-events-interval-ms | 9 | 0 to disable",
                "pgmb.read-events-interval-ms | 0 | 10 to",
                "pgmb.read-chunk-size | 0 | 1 to 10000",
                "pgmb.read-chunk-size | 10001 | 1 to 10000",
                "pgmb.read-chunk-size | 99999999999 | 1 to 10000",
                "pgmb.table-maintenance-interval-ms | 1m | 0 to disable",
                "pgmb.lease-ms | 1999 | 2000 to 600000",
                "pgmb.lease-ms | 600001 | 2000 to 600000",
                "pgmb.handler-threads | 0 | 1 to 256",
                "pgmb.handler-threads | 257 | 1 to 256",
                "pgmb.drain-timeout-ms | -1 | 0 to",
                "pgmb.schema.migrate | drop | none, validate, update",
                "pgmb.start | AUTO | auto, manual",
            })
    void what_is_not_accepted_is_named_with_what_is(String key, String value, String accepted) {
        var settings = new HashMap<>(Map.of("pgmb.group-id", "shop"));
        settings.put(key, value);
        assertThatThrownBy(() -> reader(settings).read(List.of()).engine())
                .isInstanceOf(PgmbException.class)
                .message()
                .startsWith("PGMB-0502: " + key + " is \"" + value + "\". Accepted: ")
                .contains(accepted)
                .containsOnlyOnce("PGMB-");
    }

    @Test
    void everything_that_is_wrong_is_reported_together() {
        assertThatThrownBy(() -> reader(Map.of(
                                "pgmb.handler-threads", "many",
                                "pgmb.lease-ms", "1",
                                "pgmb.start", "later",
                                "pgmb.read-events-interval-ms", "20000",
                                "pgmb.read-chunk-size", UNREADABLE))
                        .read(List.of())
                        .engine())
                .message()
                .matches("(PGMB-05((?!PGMB).)+){6}")
                .contains("PGMB-0501: pgmb.group-id is not set")
                .contains("PGMB-0502: pgmb.handler-threads", "PGMB-0502: pgmb.lease-ms", "PGMB-0502: pgmb.start")
                .contains("PGMB-0503: pgmb.read-events-interval-ms is 20000, which exceeds pgmb.lease-ms (10000)")
                .contains("PGMB-0504: pgmb.read-chunk-size cannot be read: vault");
    }

    @Test
    void a_limit_of_lag_holds_for_all_handlers_but_those_with_their_own() {
        var handlers = reader(Map.of(
                        "pgmb.group-id", "shop", "pgmb.health.max-lag", "7", "pgmb.handler.b.health.max-lag", "0"))
                .read(List.of("a", "b"))
                .handlers();
        assertThat(handlers.get("a").maxLag()).isEqualTo(7);
        assertThat(handlers.get("b").maxLag()).isZero();
    }

    @Test
    void a_wrong_setting_of_a_handler_is_named() {
        var reader = reader(Map.of("pgmb.group-id", "shop", "pgmb.handler.a.health.max-lag", "-1"));
        assertThatThrownBy(() -> reader.read(List.of("a")))
                .hasMessage("PGMB-0502: pgmb.handler.a.health.max-lag is \"-1\". Accepted: 0 to disable,"
                        + " or 1 to 2147483647.");
    }

    @Test
    void what_means_nothing_is_found() {
        var reader = reader(Map.ofEntries(
                Map.entry("pgmb.group-id", "shop"),
                Map.entry("pgmb.handler.a-b.health.max-lag", "1"),
                Map.entry("PGMB_SERVICE_HOST", "of something else"),
                Map.entry("pgmb.leese-ms", "3000"),
                Map.entry("pgmb.handler.c.health.max-lag", "1"),
                Map.entry("shop.pgmb.lease", "1"),
                Map.entry("pgmbx", "1")));
        assertThat(reader.unknown(List.of("a-b"))).containsExactly("pgmb.handler.c.health.max-lag", "pgmb.leese-ms");
    }

    @Test
    void a_source_that_cannot_tell_its_names_is_no_failure() {
        var config = (Config) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Config.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getOptionalValue")) {
                        return Optional.empty();
                    }
                    throw new IllegalStateException("no names");
                });
        assertThat(new SettingsReader(config).unknown(List.of())).isEmpty();
    }

    @Test
    void an_unusable_setting_of_the_engine_does_not_hide_the_data_source() {
        assertThat(reader(Map.of("pgmb.lease-ms", "x", "pgmb.start", "x", "pgmb.datasource", "jdbc/a"))
                        .deployment())
                .extracting(DeploymentSettings::dataSource, DeploymentSettings::start)
                .containsExactly("jdbc/a", Start.AUTO);
    }

    private static SettingsReader reader(Map<String, String> values) {
        return new SettingsReader(
                new SmallRyeConfigBuilder().withSources(new Source(values)).build());
    }

    private record Source(Map<String, String> values) implements ConfigSource {

        @Override
        public Set<String> getPropertyNames() {
            return values.keySet();
        }

        @Override
        public String getValue(String key) {
            if (UNREADABLE.equals(values.get(key))) {
                throw new IllegalStateException("vault");
            }
            return values.get(key);
        }

        @Override
        public String getName() {
            return "test";
        }
    }
}
