package io.github.pgmb.internal.engine;

import io.github.pgmb.internal.db.Maintenance.GroupRetention;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says once what retention keeps for a group, and what it has dropped; health shows it for as long as it is so. */
final class RetentionWatch {

    private static final Logger LOGGER = System.getLogger("io.github.pgmb");

    private volatile List<GroupRetention> groups = List.of();

    List<GroupRetention> groups() {
        return groups;
    }

    /** These are all now. */
    void sees(List<GroupRetention> now) {
        Map<String, GroupRetention> before =
                groups.stream().collect(Collectors.toMap(GroupRetention::groupId, Function.identity()));
        groups = List.copyOf(now);
        for (var group : now) {
            var known = before.getOrDefault(group.groupId(), new GroupRetention(group.groupId(), Optional.empty(), 0));
            if (group.dropped() > known.dropped()) {
                dropped(group);
            }
            if (known.overdueSince().isEmpty()) {
                group.overdueSince().ifPresent(since -> overdue(group.groupId(), since.toString()));
            }
        }
    }

    private static void dropped(GroupRetention group) {
        LOGGER.log(
                Level.WARNING,
                "PGMB-0307: " + group.dropped() + " events were dropped before group " + group.groupId()
                        + " had read them, since they were older than partition_retention_cap; see pgmb.dropped_deliveries");
    }

    private static void overdue(String groupId, String since) {
        LOGGER.log(
                Level.WARNING,
                "PGMB-0308: group " + groupId + " has not acknowledged its events since " + since
                        + ", longer than partition_retention_period; the log is kept for it");
    }
}
