package io.github.pgmb.internal.cdi;

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Adds the listener to each web module: the one place where all servers have everything ready that the engine needs. */
public class PgmbInitializer implements ServletContainerInitializer {

    private static final String SEEN = PgmbInitializer.class.getName();

    @Override
    public void onStartup(@Nullable Set<Class<?>> none, ServletContext context) {
        context.addListener(WebModuleListener.class);
        context.setAttribute(SEEN, true);
    }

    /** Whether the listener of this web module tells of it. */
    static boolean hasSeen(ServletContext context) {
        return context.getAttribute(SEEN) != null;
    }
}
