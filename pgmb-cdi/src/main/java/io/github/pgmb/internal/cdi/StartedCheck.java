package io.github.pgmb.internal.cdi;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Startup;

/** Whether the engine has once been in touch with a usable schema, or is told to wait for the application. */
@Startup
@ApplicationScoped
class StartedCheck implements HealthCheck {

    @Inject
    Lifecycle lifecycle;

    @Override
    public HealthCheckResponse call() {
        return new HealthReport(lifecycle.status()).startup(lifecycle.waitsForApplication());
    }
}
