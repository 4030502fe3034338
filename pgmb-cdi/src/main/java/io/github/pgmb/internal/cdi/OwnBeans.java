package io.github.pgmb.internal.cdi;

import java.util.List;
import java.util.stream.Stream;

/**
 * The beans of this module; its {@code beans.xml} excludes all classes, so that no container scans those whose API is absent.
 */
final class OwnBeans {

    private static final String HEALTH_API = "org.eclipse.microprofile.health.HealthCheck";

    private OwnBeans() {}

    static List<Class<?>> present(ClassLoader loader) {
        return Stream.concat(always(), loads(HEALTH_API, loader) ? health() : Stream.empty())
                .toList();
    }

    private static Stream<Class<?>> always() {
        return Stream.of(
                BrokerBean.class,
                ContainerThreads.class,
                DeployedSettings.class,
                EngineFactory.class,
                JndiDataSource.class,
                JsonbPayloadMapper.class,
                JtaTransactions.class,
                Lifecycle.class,
                RequestScope.class,
                Seams.class);
    }

    private static Stream<Class<?>> health() {
        return Stream.of(ReadyCheck.class, LiveCheck.class, StartedCheck.class);
    }

    private static boolean loads(String className, ClassLoader loader) {
        try {
            Class.forName(className, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }
}
