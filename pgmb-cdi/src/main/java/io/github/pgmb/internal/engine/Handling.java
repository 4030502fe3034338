package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.StoredEvent;
import java.util.List;

/** What is done with events of a group; the seam between the engine and the CDI face. */
public interface Handling {

    /** Of events as they are stored, which need no reading. */
    static Handling ofStored(StoredHandling handling) {
        return new Handling() {
            @Override
            public Object read(StoredEvent event) {
                return event;
            }

            @Override
            public void handle(List<Object> events) throws Exception {
                handling.handle(events.stream().map(StoredEvent.class::cast).toList());
            }
        };
    }

    /** What is done with stored events. */
    @FunctionalInterface
    interface StoredHandling {

        /** As {@link Handling#handle}. */
        void handle(List<StoredEvent> events) throws Exception;
    }

    /**
     * Reads an event as what the handler takes.
     *
     * @return to be given to {@link #handle}
     * @throws RuntimeException if that is not possible, now or ever
     */
    Object read(StoredEvent event);

    /**
     * Called by one thread at a time, inside of the handler's transaction where it has one.
     *
     * @param events never empty, in order, each as {@link #read} has returned it; exactly one for a handler that takes single events
     * @throws Exception if they were not handled
     */
    void handle(List<Object> events) throws Exception;
}
