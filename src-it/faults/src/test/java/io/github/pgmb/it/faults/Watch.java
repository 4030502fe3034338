package io.github.pgmb.it.faults;

import io.github.pgmb.test.postgres.SqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Looks again and again how far each group is, and when that was seen. */
final class Watch implements AutoCloseable {

    private static final long PAUSE_MS = 50;

    private final SqlClient database;
    private final Map<String, TreeMap<Long, Long>> positions = new ConcurrentHashMap<>();
    private final List<String> steppedBack = new ArrayList<>();
    private final Thread thread = new Thread(this::look, "watch");
    private volatile boolean ended;

    Watch(SqlClient database) {
        this.database = database;
        thread.start();
    }

    private void look() {
        try {
            while (!ended) {
                try {
                    // Formatted, so that one column has it all.
                    database.list("select group_id || ' ' || position from pgmb.group_status")
                            .forEach(this::seen);
                } catch (IllegalStateException databaseIsAway) {
                    // The next look tells more.
                }
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void seen(String groupAndPosition) {
        var parts = groupAndPosition.split(" ", -1);
        var position = Long.parseLong(parts[1]);
        var before = positions.computeIfAbsent(parts[0], group -> new TreeMap<>());
        synchronized (before) {
            if (!before.isEmpty() && before.lastEntry().getValue() > position) {
                steppedBack.add(
                        groupAndPosition + " after " + before.lastEntry().getValue());
            }
            before.put(System.nanoTime(), position);
        }
    }

    /** Up to which position the handler's group had durably acknowledged before this moment, as far as it was seen. */
    long acknowledgedBefore(String handler, long moment) {
        var seen = positions.get("faults:" + handler);
        if (seen == null) {
            return 0;
        }
        synchronized (seen) {
            var entry = seen.lowerEntry(moment);
            return entry == null ? 0 : entry.getValue();
        }
    }

    /** Groups whose position moved back. */
    List<String> steppedBack() {
        return steppedBack;
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        thread.join();
    }
}
