package io.github.pgmb.internal.cdi;

import jakarta.enterprise.concurrent.ContextService;
import java.util.concurrent.ThreadFactory;
import javax.naming.NamingException;

/**
 * Makes threads that run in the surroundings of the thread that captured them. Servers give a new thread those of whoever
 * asks for it, which is mostly a thread of the engine, and so in those of the first module.
 */
final class ContextualThreads {

    private ContextualThreads() {}

    /** To be called on a thread of the module. */
    static ThreadFactory capturing(ThreadFactory factory) {
        try {
            // Entered by the new thread: whoever enters a module that starts waits on Liberty until it has started, and the
            // thread that starts it would start it twice.
            var module = Jndi.find("java:comp/DefaultContextService", ContextService.class)
                    .currentContextExecutor();
            return task -> factory.newThread(() -> module.execute(task));
        } catch (NamingException | LinkageError outsideOfAServer) {
            return factory;
        }
    }
}
