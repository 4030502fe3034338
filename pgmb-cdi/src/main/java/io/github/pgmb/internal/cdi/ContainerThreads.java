package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.spi.ThreadProvider;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import javax.naming.NamingException;

/** The managed threads of the settings {@code pgmb.thread-factory} and {@code pgmb.scheduled-executor}. */
@Singleton
class ContainerThreads implements ThreadProvider {

    private final DeployedSettings settings;

    @Inject
    ContainerThreads(DeployedSettings settings) {
        this.settings = settings;
    }

    @Override
    public ThreadFactory threadFactory() {
        return find("pgmb.thread-factory", settings.deployment().threadFactory(), ThreadFactory.class);
    }

    @Override
    public ScheduledExecutorService scheduler() {
        return find(
                "pgmb.scheduled-executor", settings.deployment().scheduledExecutor(), ScheduledExecutorService.class);
    }

    private static <T> T find(String key, String name, Class<T> type) {
        try {
            return Jndi.find(name, type);
        } catch (NamingException missing) {
            throw new PgmbException(
                    SettingError.THREADS.text("there is no managed " + type.getSimpleName() + " \"" + name + "\" ("
                            + missing.getMessage() + "). Set " + key + " to the JNDI name of one."),
                    missing);
        }
    }
}
