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

    /** To be called on the thread that starts the module. */
    static ThreadFactory capturing(ThreadFactory factory) {
        try {
            // Entered by whoever asks, not by the new thread: on Payara, threads of one captured context share
            // transactions.
            var module = Jndi.find("java:comp/DefaultContextService", ContextService.class)
                    .createContextualProxy(factory, ThreadFactory.class);
            return exceptOn(Thread.currentThread(), factory, module);
        } catch (NamingException | LinkageError outsideOfAServer) {
            return factory;
        }
    }

    /** The thread that starts the module is in it already. Liberty starts a module twice that is entered again there. */
    static ThreadFactory exceptOn(Thread starting, ThreadFactory plain, ThreadFactory entering) {
        return task -> (Thread.currentThread() == starting ? plain : entering).newThread(task);
    }
}
