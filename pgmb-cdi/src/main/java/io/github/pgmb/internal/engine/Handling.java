package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.StoredEvent;
import java.util.List;

/** What is done with events of a group; the seam between the engine and the CDI face. */
@FunctionalInterface
public interface Handling {

    /**
     * Called by one thread at a time, inside of the handler's transaction where it has one.
     *
     * @param events never empty, in order; exactly one for a handler that takes single events
     * @throws Exception if they were not handled: they are delivered again
     */
    void handle(List<StoredEvent> events) throws Exception;
}
