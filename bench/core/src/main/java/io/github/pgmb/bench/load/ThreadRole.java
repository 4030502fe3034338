package io.github.pgmb.bench.load;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** What threads of a round are for, as their names tell. */
public enum ThreadRole {
    PUBLISHER("bench-publisher-"),
    TICKER("pgmb-ticker-"),
    HANDLER("pgmb-worker-");

    private final String prefix;

    ThreadRole(String prefix) {
        this.prefix = prefix;
    }

    public String prefix() {
        return prefix;
    }

    /** Processor time of the living threads of each role so far. */
    public static Map<ThreadRole, Duration> processorTimes() {
        var threads = ManagementFactory.getThreadMXBean();
        var times = new EnumMap<ThreadRole, Duration>(ThreadRole.class);
        for (var thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread == null) {
                continue;
            }
            for (var role : values()) {
                if (thread.getThreadName().startsWith(role.prefix)) {
                    var nanos = Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
                    times.merge(role, Duration.ofNanos(nanos), Duration::plus);
                }
            }
        }
        return times;
    }
}
