package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.engine.Settings;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/** The settings of this application, read from its configuration when they are first asked for. Thread-safe. */
@Singleton
class DeployedSettings {

    private @Nullable DeploymentSettings deployment;

    /**
     * What the engine needs.
     *
     * @throws PgmbException naming everything that is wrong with any setting
     */
    Settings engine() {
        return reader().settings();
    }

    /** Read once: later callers may come from threads that do not have the application's configuration. */
    synchronized DeploymentSettings deployment() {
        if (deployment == null) {
            deployment = reader().deployment();
        }
        return deployment;
    }

    private static SettingsReader reader() {
        return new SettingsReader(ConfigProvider.getConfig());
    }
}
