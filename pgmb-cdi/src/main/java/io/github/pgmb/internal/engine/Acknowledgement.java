package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.StoredEvent;
import java.util.List;

/** Handles events of an owned group and stores its progress; the two ways differ in what a crash between them means. */
sealed interface Acknowledgement permits AcknowledgeInTransaction, AcknowledgeAfterReturn {

    /**
     * Hands one unit of events to the handler.
     *
     * @throws FencedException if the group is not this node's any more
     * @throws Exception if the handler failed, or its progress could not be stored
     */
    void handle(OwnedGroup group, List<StoredEvent> events) throws Exception;

    /** Stores what has been handled and is not stored yet. */
    void flush(OwnedGroup group) throws Exception;
}
