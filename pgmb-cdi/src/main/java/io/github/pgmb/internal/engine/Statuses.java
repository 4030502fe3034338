package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.engine.EngineStatus.GroupStatus;
import io.github.pgmb.internal.engine.Failures.Failure;
import java.util.Optional;

/** How consumers look from outside. */
final class Statuses {

    private Statuses() {}

    static GroupStatus of(Consumer consumer, String node) {
        var standing = Optional.ofNullable(consumer.standing());
        var owner = standing.flatMap(now -> now.owner());
        var failure = consumer.failures().last();
        return new GroupStatus(
                consumer.handler().name(),
                consumer.groupId(),
                standing.map(now -> now.position()).orElse(0L),
                standing.map(now -> now.lag()).orElse(0L),
                consumer.handler().maxLag(),
                owner,
                owner.filter(node::equals).isPresent(),
                standing.flatMap(now -> now.quarantine()),
                failure.map(Failure::message),
                failure.map(Failure::at));
    }
}
