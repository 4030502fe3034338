package io.github.pgmb.internal.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Whether the engine's threads run; a restart does not help against a database that is away, so that is no part of it. */
@Liveness
@ApplicationScoped
class LiveCheck implements HealthCheck {

    @Inject
    Lifecycle lifecycle;

    @Override
    public HealthCheckResponse call() {
        return new HealthReport(lifecycle.status()).liveness();
    }
}
