package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.FailedPart;
import java.util.List;

/** Has events handled and acknowledges them; the two ways differ in what a crash between them means. */
sealed interface Acknowledgement permits AcknowledgeInTransaction, AcknowledgeAfterReturn {

    /**
     * Hands each part to the handler and acknowledges the attempt. What the handler fails on is settled with it, unless there is
     * an excuse for the failure.
     *
     * @param parts not empty
     * @param aside what is settled with them and not handled
     * @throws FencedException if the group is not this node's any more
     * @throws Exception if the handler failed with an excuse, or nothing could be stored: all of it is to be done again
     */
    void carryOut(Attempt attempt, List<Part> parts, List<FailedPart> aside) throws Exception;

    /** Stores what has been handled and is not stored yet. */
    void flush(OwnedGroup group) throws Exception;
}
