package io.github.pgmb.internal.cdi;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.db.GroupFailures;
import io.github.pgmb.internal.db.Maintenance.GroupRetention;
import io.github.pgmb.internal.engine.EngineStatus;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.spi.HealthCheckResponseProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HealthReportTest {

    @BeforeAll
    static void provide() {
        HealthCheckResponse.setResponseProvider(new Provider());
    }

    @AfterAll
    static void withdraw() {
        HealthCheckResponse.setResponseProvider(null);
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void only_a_running_engine_is_ready(Phase phase) {
        assertThat(report(phase, null).readiness().getStatus())
                .isEqualTo(phase == Phase.RUNNING ? Status.UP : Status.DOWN);
    }

    @Test
    void a_problem_is_the_reason_for_not_being_ready() {
        var response = report(Phase.RUNNING, "PGMB-0205: database away").readiness();
        assertThat(response.getName()).isEqualTo("pgmb-ready");
        assertThat(response.getStatus()).isEqualTo(Status.DOWN);
        assertThat(response.getData().orElseThrow())
                .containsEntry("problem", "PGMB-0205: database away")
                .containsEntry("phase", "RUNNING");
    }

    @Test
    void readiness_tells_how_far_each_handler_is() {
        var failedAt = Instant.parse("2024-02-29T12:00:00Z");
        var status = new EngineStatus(
                Phase.RUNNING,
                Optional.empty(),
                Optional.of("lock timeout"),
                true,
                true,
                List.of(
                        new GroupStatus(
                                "invoicing",
                                "shop:invoicing",
                                7,
                                3,
                                0,
                                Optional.of("node-1"),
                                true,
                                Optional.of("time limit: ran 4000 ms"),
                                Optional.of("PGMB-0401: no"),
                                Optional.of(failedAt)),
                        new GroupStatus(
                                "mailing",
                                "shop:mailing",
                                0,
                                0,
                                0,
                                Optional.empty(),
                                false,
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty())),
                List.of(),
                List.of());
        assertThat(new HealthReport(status).readiness().getStatus()).isEqualTo(Status.UP);
        assertThat(new HealthReport(status).readiness().getData().orElseThrow())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("phase", "RUNNING"),
                        Map.entry("schedulerStarved", true),
                        Map.entry("maintenance", "lock timeout"),
                        Map.entry("invoicing.position", 7L),
                        Map.entry("invoicing.lag", 3L),
                        Map.entry("invoicing.owner", "node-1"),
                        Map.entry("invoicing.quarantine", "time limit: ran 4000 ms"),
                        Map.entry("invoicing.lastError", "PGMB-0401: no"),
                        Map.entry("invoicing.lastErrorAt", "2024-02-29T12:00:00Z"),
                        Map.entry("mailing.position", 0L),
                        Map.entry("mailing.lag", 0L),
                        Map.entry("mailing.owner", "none")));
    }

    @ParameterizedTest
    @CsvSource({"0, 1000000, UP", "10, 10, UP", "10, 11, DOWN"})
    void a_limit_of_lag_that_is_passed_is_a_reason(long limit, long lag, Status expected) {
        var group = new GroupStatus(
                "invoicing",
                "shop:invoicing",
                0,
                lag,
                limit,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        var status = new EngineStatus(
                Phase.RUNNING, Optional.empty(), Optional.empty(), true, false, List.of(group), List.of(), List.of());
        var readiness = new HealthReport(status).readiness();
        assertThat(readiness.getStatus()).isEqualTo(expected);
        if (expected == Status.DOWN) {
            assertThat(readiness.getData().orElseThrow())
                    .containsEntry(
                            "problem",
                            "PGMB-0306: 11 events wait for handler invoicing; the limit is 10 (pgmb.health.max-lag).");
        }
        assertThat(new HealthReport(status).liveness().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void what_retention_keeps_or_has_dropped_for_any_group_is_shown_and_no_reason_for_not_being_ready() {
        var since = Instant.parse("2024-02-29T12:00:00Z");
        var status = new EngineStatus(
                Phase.RUNNING,
                Optional.empty(),
                Optional.empty(),
                true,
                false,
                List.of(),
                List.of(
                        new GroupRetention("shop:mailing", Optional.of(since), 0),
                        new GroupRetention("desk:audit", Optional.empty(), 120)),
                List.of());
        var readiness = new HealthReport(status).readiness();
        assertThat(readiness.getStatus()).isEqualTo(Status.UP);
        assertThat(readiness.getData().orElseThrow())
                .containsEntry("overdue.shop:mailing", "2024-02-29T12:00:00Z")
                .containsEntry("dropped.desk:audit", 120L)
                .doesNotContainKeys("dropped.shop:mailing", "overdue.desk:audit", "problem");
    }

    @Test
    void what_handlers_have_failed_on_is_shown_and_no_reason_for_not_being_ready() {
        var next = Instant.parse("2024-02-29T12:00:00Z");
        var status = new EngineStatus(
                Phase.RUNNING,
                Optional.empty(),
                Optional.empty(),
                true,
                false,
                List.of(),
                List.of(),
                List.of(
                        new GroupFailures("shop:mailing", 3, Optional.of(next), Optional.of("broken"), 0),
                        new GroupFailures("shop:audit", 0, Optional.empty(), Optional.empty(), 7)));
        var readiness = new HealthReport(status).readiness();
        assertThat(readiness.getStatus()).isEqualTo(Status.UP);
        assertThat(readiness.getData().orElseThrow())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("phase", "RUNNING"),
                        Map.entry("schedulerStarved", false),
                        Map.entry("mailing.retries", 3L),
                        Map.entry("mailing.nextRetryAt", "2024-02-29T12:00:00Z"),
                        Map.entry("mailing.nextRetryError", "broken"),
                        Map.entry("audit.deadLetters", 7L)));
    }

    @Test
    void a_node_that_drains_says_so() {
        assertThat(report(Phase.DRAINING, null).readiness().getData().orElseThrow())
                .containsEntry("problem", "Stopping: running handlers end, nothing new is fetched.");
    }

    @Test
    void liveness_depends_on_the_threads_alone() {
        var dead = new EngineStatus(
                Phase.RUNNING, Optional.empty(), Optional.empty(), false, false, List.of(), List.of(), List.of());
        assertThat(new HealthReport(dead).liveness().getStatus()).isEqualTo(Status.DOWN);
        assertThat(report(Phase.STARTING, "database away").liveness().getStatus())
                .isEqualTo(Status.UP);
    }

    @ParameterizedTest
    @CsvSource({
        "NEW, false, DOWN",
        "NEW, true, UP",
        "STARTING, false, DOWN",
        "RUNNING, false, UP",
        "DRAINING, false, UP",
        "STOPPED, false, UP"
    })
    void started_is_what_has_run_or_waits_for_the_application(Phase phase, boolean waits, Status status) {
        assertThat(report(phase, null).startup(waits).getStatus()).isEqualTo(status);
    }

    private static HealthReport report(Phase phase, String problem) {
        return new HealthReport(new EngineStatus(
                phase, Optional.ofNullable(problem), Optional.empty(), true, false, List.of(), List.of(), List.of()));
    }

    private static final class Provider implements HealthCheckResponseProvider {
        @Override
        public HealthCheckResponseBuilder createResponseBuilder() {
            return new Builder();
        }
    }

    private static final class Builder extends HealthCheckResponseBuilder {

        private final Map<String, Object> data = new HashMap<>();
        private String name = "";
        private boolean up;

        @Override
        public HealthCheckResponseBuilder name(String value) {
            name = value;
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, String value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, long value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder withData(String key, boolean value) {
            data.put(key, value);
            return this;
        }

        @Override
        public HealthCheckResponseBuilder up() {
            return status(true);
        }

        @Override
        public HealthCheckResponseBuilder down() {
            return status(false);
        }

        @Override
        public HealthCheckResponseBuilder status(boolean value) {
            up = value;
            return this;
        }

        @Override
        public HealthCheckResponse build() {
            return new HealthCheckResponse(name, up ? Status.UP : Status.DOWN, Optional.of(data));
        }
    }
}
