package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.engine.EnginePart;
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
    SPACE(SqlPart.SPACE),
    HANDLING(EnginePart.HANDLING),
    TAKEOVER(EnginePart.TAKEOVER),
    RETRIES(EnginePart.RETRIES);

    private static final String SQL = "sql";

    private final Optional<SqlPart> sql;
    private final Optional<EnginePart> engine;

    Part() {
        this.sql = Optional.empty();
        this.engine = Optional.empty();
    }

    Part(SqlPart sql) {
        this.sql = Optional.of(sql);
        this.engine = Optional.empty();
    }

    Part(EnginePart engine) {
        this.sql = Optional.empty();
        this.engine = Optional.of(engine);
    }

    Optional<SqlPart> sql() {
        return sql;
    }

    Optional<EnginePart> engine() {
        return engine;
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
                + ": known are latency, throughput, start, handling, takeover, retries and sql; of sql also publish, tick,"
                + " together, backlog, snapshot, subscribe and space.");
    }
}
