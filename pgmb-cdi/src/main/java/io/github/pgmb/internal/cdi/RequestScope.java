package io.github.pgmb.internal.cdi;

import jakarta.enterprise.context.control.RequestContextController;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** Activates the request scope, which is not active on the threads of the broker. */
@Singleton
class RequestScope {

    private final Instance<RequestContextController> controllers;

    @Inject
    RequestScope(Instance<RequestContextController> controllers) {
        this.controllers = controllers;
    }

    /** What is done within a request. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** Runs {@code work} in a request of its own, or in the one that is active. */
    void run(Work work) throws Exception {
        // one controller per call: it ends only a request that it began itself
        var controller = controllers.get();
        controller.activate();
        try {
            work.run();
        } finally {
            controller.deactivate();
            controllers.destroy(controller);
        }
    }
}
