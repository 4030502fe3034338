package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.GroupFailures;
import io.github.pgmb.internal.db.Retries;
import java.sql.SQLException;
import java.util.List;

/** Looks now and then at what this application's handlers have failed on, for whoever asks for its health. */
final class FailureWatch {

    private final Retries retries;
    private final Consumers consumers;
    private volatile List<GroupFailures> groups = List.of();

    FailureWatch(Retries retries, Consumers consumers) {
        this.retries = retries;
        this.consumers = consumers;
    }

    void look() throws SQLException {
        groups = retries.failures(
                consumers.present().stream().map(Consumer::groupId).toList());
    }

    /** Those with any, when it looked last. */
    List<GroupFailures> groups() {
        return groups;
    }
}
