package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jspecify.annotations.Nullable;

/**
 * The settings of this application, from the configuration of the calling thread's module. Of several modules, the first
 * one that names the group id speaks for all. Thread-safe.
 */
@Singleton
class DeployedSettings {

    private @Nullable DeploymentSettings adopted;

    /**
     * All settings of the calling thread's module.
     *
     * @throws PgmbException naming everything that is wrong with any of them
     */
    ModuleSettings ofModule() {
        var reader = reader();
        return new ModuleSettings(reader.settings(), reader.deployment());
    }

    /** Whether the calling thread's module names the group id. */
    boolean isModuleConfigured() {
        return reader().namesGroup();
    }

    /** Read once: later callers may come from threads that do not have the application's configuration. */
    synchronized DeploymentSettings deployment() {
        if (adopted != null) {
            return adopted;
        }
        var reader = reader();
        var found = reader.deployment();
        if (reader.namesGroup()) {
            adopted = found;
        }
        return found;
    }

    private static SettingsReader reader() {
        return new SettingsReader(ConfigProvider.getConfig());
    }
}
