package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.engine.EngineStatus;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** One reading of the engine's status in the terms of MicroProfile Health. */
record HealthReport(EngineStatus status) {

    HealthCheckResponse readiness() {
        var builder = response("pgmb-ready")
                .status(status.phase() == Phase.RUNNING && status.problem().isEmpty())
                .withData("schedulerStarved", status.schedulerStarved());
        status.groups().forEach(group -> describe(group, builder));
        return builder.build();
    }

    HealthCheckResponse liveness() {
        return HealthCheckResponse.named("pgmb-live")
                .status(status.loopsAlive())
                .build();
    }

    HealthCheckResponse startup(boolean waitsForApplication) {
        var pending = status.phase() == Phase.NEW || status.phase() == Phase.STARTING;
        return response("pgmb-started").status(!pending || waitsForApplication).build();
    }

    private HealthCheckResponseBuilder response(String name) {
        var builder =
                HealthCheckResponse.named(name).withData("phase", status.phase().name());
        status.problem().ifPresent(problem -> builder.withData("problem", problem));
        return builder;
    }

    private static void describe(GroupStatus group, HealthCheckResponseBuilder builder) {
        var prefix = group.handler() + ".";
        builder.withData(prefix + "position", group.position())
                .withData(prefix + "lag", group.lag())
                .withData(prefix + "owner", group.owner().orElse("none"));
        group.lastError().ifPresent(error -> builder.withData(prefix + "lastError", error));
        group.lastErrorAt().ifPresent(at -> builder.withData(prefix + "lastErrorAt", at.toString()));
    }
}
