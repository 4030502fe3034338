package io.github.pgmb.bench.load;

import java.time.Duration;

/** What {@code /proc/<pid>/stat} of Linux says about a process: its parent, its processor time, and that of its ended children. */
record ProcStat(long parent, Duration own, Duration endedChildren) {

    private static final int TICKS_PER_SECOND = 100;
    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    /** The second field is the name in parentheses, which may hold spaces and parentheses: fields count from its end. */
    static ProcStat parse(String line) {
        var fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        return new ProcStat(
                Long.parseLong(fields[PARENT]),
                ticks(fields[USER], fields[SYSTEM]),
                ticks(fields[CHILDREN_USER], fields[CHILDREN_SYSTEM]));
    }

    /** With the time that {@code /proc/<pid>/schedstat} tells, in nanoseconds, instead of the own one, in hundredths of a second. */
    ProcStat scheduled(String line) {
        return line.isBlank()
                ? this
                : new ProcStat(parent, Duration.ofNanos(Long.parseLong(line.split(" ", -1)[0])), endedChildren);
    }

    private static Duration ticks(String user, String system) {
        return Duration.ofSeconds(Long.parseLong(user) + Long.parseLong(system)).dividedBy(TICKS_PER_SECOND);
    }
}
