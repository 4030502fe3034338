package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.sql.SqlPart;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What can be measured by itself; those of the SQL core also together. */
enum Part {
    LATENCY,
    THROUGHPUT,
    START,
    PUBLISH(SqlPart.PUBLISH),
    TICK(SqlPart.TICK),
    TOGETHER(SqlPart.TOGETHER),
    BACKLOG(SqlPart.BACKLOG),
    SNAPSHOT(SqlPart.SNAPSHOT),
    SUBSCRIBE(SqlPart.SUBSCRIBE),
    SPACE(SqlPart.SPACE);

    private static final String SQL = "sql";

    private final Optional<SqlPart> sql;

    Part() {
        this.sql = Optional.empty();
    }

    Part(SqlPart sql) {
        this.sql = Optional.of(sql);
    }

    Optional<SqlPart> sql() {
        return sql;
    }

    static Set<Part> named(String name) throws UsageException {
        if (name.equals(SQL)) {
            return EnumSet.range(PUBLISH, SPACE);
        }
        for (var part : values()) {
            if (part.name().toLowerCase(Locale.ROOT).equals(name)) {
                return EnumSet.of(part);
            }
        }
        throw new UsageException("--only=" + name
                + ": known are latency, throughput, start and sql; of sql also publish, tick, together, backlog,"
                + " snapshot, subscribe and space.");
    }
}
