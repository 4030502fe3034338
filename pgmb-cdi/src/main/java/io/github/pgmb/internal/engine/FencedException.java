package io.github.pgmb.internal.engine;

import java.io.Serial;

/** Another node owns the group by now: what was done for it is rolled back, and nothing more is done. */
final class FencedException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    FencedException(String groupId) {
        super("PGMB-0302: this node does not own " + groupId
                + " any more: what it has handled since is rolled back, or handled"
                + " again by the node that has taken over");
    }
}
