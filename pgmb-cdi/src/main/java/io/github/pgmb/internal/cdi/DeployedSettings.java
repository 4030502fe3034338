package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
     * @param handlers names
     * @throws PgmbException naming everything that is wrong with any of them
     */
    ModuleSettings ofModule(Collection<String> handlers) {
        return reader().read(handlers);
    }

    /** What is set in the calling thread's module but means nothing. */
    List<String> unknown(Collection<String> handlers) {
        return reader().unknown(handlers);
    }

    /** Whether the calling thread's module names the group id. */
    boolean isModuleConfigured() {
        return reader().namesGroup();
    }

    /** As the calling thread's module names it. */
    Optional<String> groupId() {
        return reader().groupId();
    }

    /** From now on these are those of the application. */
    synchronized void adopt(DeploymentSettings ofApplication) {
        adopted = ofApplication;
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
