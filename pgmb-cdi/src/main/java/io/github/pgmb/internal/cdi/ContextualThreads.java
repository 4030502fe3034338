package io.github.pgmb.internal.cdi;

import jakarta.enterprise.concurrent.ContextService;
import java.util.concurrent.ThreadFactory;
import javax.naming.NamingException;

/**
 * Makes threads in the surroundings of the thread that captured them. Servers give a new thread those of whoever asks for
 * it, which is mostly a thread of the engine, and so in those of the first module.
 */
final class ContextualThreads {

    private ContextualThreads() {}

    /** To be called on a thread of the module. */
    static ThreadFactory capturing(ThreadFactory factory) {
        try {
            return Jndi.find("java:comp/DefaultContextService", ContextService.class)
                    .createContextualProxy(factory, ThreadFactory.class);
        } catch (NamingException outsideOfAServer) {
            return factory;
        }
    }
}
