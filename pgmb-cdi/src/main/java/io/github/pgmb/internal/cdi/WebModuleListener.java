package io.github.pgmb.internal.cdi;

import jakarta.inject.Inject;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Tells {@link Lifecycle} of a web module. It is given by injection, since {@code CDI.current()} fails here on some servers. */
public class WebModuleListener implements ServletContextListener {

    private static final System.Logger LOG = System.getLogger("io.github.pgmb");

    @Inject
    @Nullable
    Lifecycle lifecycle;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        if (lifecycle == null) {
            LOG.log(
                    Level.ERROR,
                    SettingError.NO_CONTAINER.text("CDI is not enabled in this web module, so that there are"
                            + " no handlers: add WEB-INF/beans.xml."));
        } else {
            lifecycle.webModuleReady(event.getServletContext());
        }
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (lifecycle != null) {
            lifecycle.webModuleGone(event.getServletContext());
        }
    }
}
