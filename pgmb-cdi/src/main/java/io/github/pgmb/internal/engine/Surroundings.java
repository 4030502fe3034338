package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Groups;
import io.github.pgmb.internal.db.Nodes;
import io.github.pgmb.internal.db.Retries;

/** What all consumers of a node share. */
record Surroundings(
        String node,
        Settings settings,
        Nodes nodes,
        Groups groups,
        Retries retries,
        Lease lease,
        Troubles troubles,
        Transactions transactions,
        MonotonicClock clock) {

    /** The id of a handler's group. */
    String groupOf(HandlerDefinition handler) {
        return settings.groupId() + ":" + handler.name();
    }
}
