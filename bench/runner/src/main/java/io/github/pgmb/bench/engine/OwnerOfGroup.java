package io.github.pgmb.bench.engine;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.internal.db.Database;
import io.github.pgmb.internal.db.EventLog;
import io.github.pgmb.internal.db.FailedPart;
import io.github.pgmb.internal.db.FailedPart.Reason;
import io.github.pgmb.internal.db.FailedPart.Trouble;
import io.github.pgmb.internal.db.Groups;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.db.Nodes;
import io.github.pgmb.internal.db.Nodes.Ownership;
import io.github.pgmb.internal.db.Retries;
import io.github.pgmb.internal.db.StoredEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Everything that a node does for a group of its own, each by itself, through one connection. */
final class OwnerOfGroup implements AutoCloseable {

    private static final String NODE = "bench";
    private static final int CHUNK = 1000;

    private final Store store;
    private final HikariDataSource pool;
    private final EventLog log;
    private final Groups groups;
    private final Retries retries;
    private final Ownership owned;
    private long position;

    OwnerOfGroup(Store store) throws SQLException {
        this.store = store;
        var config = new HikariConfig();
        config.setJdbcUrl(store.url());
        config.setMaximumPoolSize(1);
        this.pool = new HikariDataSource(config);
        var database = new Database(() -> pool);
        this.log = new EventLog(database);
        this.groups = new Groups(database);
        this.retries = new Retries(database);
        var nodes = new Nodes(database);
        nodes.register(NODE, Duration.ofDays(1));
        nodes.declare(NODE, "bench:h", new Interest(List.of("bench.0"), "", "{}"));
        this.owned = nodes.takeOver(NODE, List.of()).get(0);
        store.publish(CHUNK, 1);
        log.tick();
    }

    /** Failures as they are kept, of the first events, due in an hour and more. */
    void keepWaiting(int number) throws SQLException {
        store.run("insert into pgmb.retries (group_no, event_ids, attempts, due_at, blocks, message, causes,"
                + " first_failed_at, failed_at, min_event_id)"
                + " select " + owned.groupNo()
                + ", array[e.id], 5, clock_timestamp() + interval '1 hour' + n * interval '100 ms',"
                + " false, repeat('failed ', 20), jsonb_build_array(jsonb_build_object('type', repeat('t', 60),"
                + " 'message', repeat('m', 140), 'at', repeat('a', 80))), clock_timestamp(), clock_timestamp(), e.id"
                + " from generate_series(0, " + (number - 1) + ") n"
                + " join (select id, row_number() over (order by id) - 1 as k from pgmb.events) e on e.k = n % "
                + CHUNK);
        store.run("vacuum analyze pgmb.retries");
    }

    Cost tick(int events) throws Exception {
        if (events > 0) {
            store.publish(events, 1);
        }
        return cost(log::tick);
    }

    Cost readChunk() throws Exception {
        return cost(() -> groups.read(NODE, owned, 0, CHUNK));
    }

    Cost status() throws Exception {
        return cost(() -> groups.standings(NODE, List.of(owned.groupNo())));
    }

    Cost acknowledge() throws Exception {
        var next = next();
        var cost = cost(() -> groups.advance(NODE, owned, position, next.position()));
        position = next.position();
        return cost;
    }

    Cost setAside() throws Exception {
        var next = next();
        var failed = failed(next, Duration.ofHours(1));
        var cost = cost(() -> groups.setAside(NODE, owned, position, next.position(), failed));
        position = next.position();
        store.run("delete from pgmb.retries where no = (select max(no) from pgmb.retries)");
        return cost;
    }

    Cost settle() throws Exception {
        var next = next();
        groups.setAside(NODE, owned, position, next.position(), failed(next, Duration.ZERO));
        position = next.position();
        return cost(() -> {
            for (var due : retries.due(NODE, owned, CHUNK)) {
                retries.settle(NODE, owned, due.no(), List.of());
            }
            return retries.outlook(owned.groupNo());
        });
    }

    Cost maintain() throws Exception {
        return cost(() -> store.run("call pgmb.maintain_events_table()"));
    }

    private interface Work {
        Object run() throws SQLException;
    }

    private Cost cost(Work work) throws Exception {
        return Cost.of(1, store.postmaster(), work::run);
    }

    /** There is always one: ticks have brought more than this. */
    private StoredEvent next() throws SQLException {
        return groups.read(NODE, owned, position, 1).events().get(0);
    }

    private static List<FailedPart> failed(StoredEvent event, Duration delay) {
        return List.of(new FailedPart(
                List.of(event.id()), 1, Optional.of(delay), false, Reason.ATTEMPTS, new Trouble("failed", List.of())));
    }

    @Override
    public void close() {
        pool.close();
    }
}
