package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.db.GroupFailures;
import io.github.pgmb.internal.db.Maintenance.GroupRetention;
import io.github.pgmb.internal.engine.EngineStatus;
import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** One reading of the engine's status in the terms of MicroProfile Health. */
record HealthReport(EngineStatus status) {

    HealthCheckResponse readiness() {
        var reasons = reasons();
        var builder = response("pgmb-ready", reasons)
                .status(reasons.isEmpty())
                .withData("schedulerStarved", status.schedulerStarved());
        status.maintenance().ifPresent(trouble -> builder.withData("maintenance", trouble));
        status.groups().forEach(group -> describe(group, builder));
        status.retention().forEach(group -> describe(group, builder));
        status.failures().forEach(group -> describe(group, builder));
        return builder.build();
    }

    HealthCheckResponse liveness() {
        return HealthCheckResponse.named("pgmb-live")
                .status(status.loopsAlive())
                .build();
    }

    HealthCheckResponse startup(boolean waitsForApplication) {
        var pending = status.phase() == Phase.NEW || status.phase() == Phase.STARTING;
        return response("pgmb-started", status.problem().orElse(""))
                .status(!pending || waitsForApplication)
                .build();
    }

    /** Why no traffic that publishes or waits for handlers should come here now; empty if there is no reason. */
    private String reasons() {
        var behind = status.groups().stream().filter(GroupStatus::isBehind).map(HealthReport::behind);
        return Stream.of(phase(), status.problem().stream(), behind)
                .flatMap(reason -> reason)
                .collect(Collectors.joining(" "));
    }

    private Stream<String> phase() {
        return switch (status.phase()) {
            case RUNNING -> Stream.empty();
            case NEW -> status.problem().isPresent() ? Stream.empty() : Stream.of("Not started.");
            case STARTING -> status.problem().isPresent() ? Stream.empty() : Stream.of("Starting.");
            case DRAINING -> Stream.of("Stopping: running handlers end, nothing new is fetched.");
            case STOPPED -> Stream.of("Stopped.");
        };
    }

    private static String behind(GroupStatus group) {
        return "PGMB-0306: " + group.lag() + " events wait for handler " + group.handler() + "; the limit is "
                + group.maxLag() + " (pgmb.health.max-lag).";
    }

    private HealthCheckResponseBuilder response(String name, String problem) {
        var builder =
                HealthCheckResponse.named(name).withData("phase", status.phase().name());
        return problem.isEmpty() ? builder : builder.withData("problem", problem);
    }

    private static void describe(GroupStatus group, HealthCheckResponseBuilder builder) {
        var prefix = group.handler() + ".";
        builder.withData(prefix + "position", group.position())
                .withData(prefix + "lag", group.lag())
                .withData(prefix + "owner", group.owner().orElse("none"));
        group.quarantine().ifPresent(reason -> builder.withData(prefix + "quarantine", reason));
        group.lastError().ifPresent(error -> builder.withData(prefix + "lastError", error));
        group.lastErrorAt().ifPresent(at -> builder.withData(prefix + "lastErrorAt", at.toString()));
    }

    private static void describe(GroupFailures group, HealthCheckResponseBuilder builder) {
        var prefix = group.groupId().substring(group.groupId().indexOf(':') + 1) + ".";
        if (group.retries() > 0) {
            builder.withData(prefix + "retries", group.retries());
        }
        group.nextRetryAt().ifPresent(at -> builder.withData(prefix + "nextRetryAt", at.toString()));
        group.nextRetryError().ifPresent(error -> builder.withData(prefix + "nextRetryError", error));
        if (group.deadLetters() > 0) {
            builder.withData(prefix + "deadLetters", group.deadLetters());
        }
    }

    /** Of any application: a consumer that is away has no node that could say so itself. */
    private static void describe(GroupRetention group, HealthCheckResponseBuilder builder) {
        group.overdueSince().ifPresent(since -> builder.withData("overdue." + group.groupId(), since.toString()));
        if (group.dropped() > 0) {
            builder.withData("dropped." + group.groupId(), group.dropped());
        }
    }
}
