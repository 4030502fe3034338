package io.github.pgmb.internal.cdi;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives each handler to the web module in whose surroundings it runs: the one that has its class, or the first one if
 * that is in no web module (EJB jars, libraries of an EAR). Not thread-safe.
 */
final class ModuleHandlers {

    private static final String IN_WEB_MODULE = "/WEB-INF/";

    private final List<String> names;
    private final List<DeclaredHandler> unclaimed;

    ModuleHandlers(List<DeclaredHandler> declared) {
        names = declared.stream().map(DeclaredHandler::name).toList();
        unclaimed = new ArrayList<>(declared);
    }

    /** Those that run in the module with this class loader, and that no other module has claimed. */
    List<DeclaredHandler> claim(@Nullable ClassLoader module) {
        var claimed = unclaimed.stream()
                .filter(handler -> runsIn(handler.beanClass(), module))
                .toList();
        unclaimed.removeAll(claimed);
        return claimed;
    }

    /** Of all handlers of the application. */
    List<String> names() {
        return names;
    }

    List<DeclaredHandler> unclaimed() {
        return List.copyOf(unclaimed);
    }

    private static boolean runsIn(Class<?> bean, @Nullable ClassLoader module) {
        return isVisible(bean, module) || !isInWebModule(bean);
    }

    private static boolean isVisible(Class<?> bean, @Nullable ClassLoader module) {
        try {
            return Class.forName(bean.getName(), false, module) == bean;
        } catch (ClassNotFoundException | LinkageError elsewhere) {
            return false;
        }
    }

    /** Of another module. Modules can be isolated from EJB jars, so being invisible does not tell. */
    private static boolean isInWebModule(Class<?> bean) {
        // Not the code source: Liberty gives there the archive alone.
        var file = bean.getResource("/" + bean.getName().replace('.', '/') + ".class");
        return file == null || file.getPath().contains(IN_WEB_MODULE);
    }
}
