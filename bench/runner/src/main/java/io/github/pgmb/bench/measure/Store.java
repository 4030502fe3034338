package io.github.pgmb.bench.measure;

import java.sql.Connection;
import java.sql.SQLException;

/** A database of one case. */
public final class Store implements AutoCloseable {

    /** What the topical condition is called in the text that clients write. */
    public static final String TOPICAL = "pgmb.topic_matches(s.params -> ''topics'', e.topic)";

    public static final String BARE = "bench_bare";
    public static final String LOG = "pgmb.events";
    public static final int BATCH = 100;
    public static final int PAYLOADS = 1000;

    private final Cluster cluster;
    private final String name;

    Store(Cluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    public Connection connect() throws SQLException {
        return cluster.connect(name);
    }

    public String url() {
        return cluster.url(name);
    }

    /** For connections that are made from now on; otherwise off. */
    public Store synchronousCommit(String mode) throws SQLException {
        return run("alter role current_user in database " + name + " set synchronous_commit = " + mode);
    }

    /** Functions are timed from now on, for connections that are made from now on. */
    public Store timeFunctions() throws SQLException {
        cluster.administrate("alter database " + name + " set track_functions = 'all'");
        return this;
    }

    public long postmaster() {
        return cluster.postmaster();
    }

    public Store run(String sql) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return this;
    }

    /** The one value that a query gives, as text. */
    public String ask(String query) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    public long number(String query) throws SQLException {
        return Long.parseLong(ask(query));
    }

    /** Rounds are to be alike: none finds the rows of another, or pays for writing them out. */
    public void empty() throws SQLException {
        run("truncate bench_bare, pgmb.events, pgmb.subscription_events");
        checkpoint();
    }

    public void checkpoint() throws SQLException {
        cluster.checkpoint();
    }

    /** Subscriptions of one condition, each for a topic and of a group of its own, unless they share one. */
    public Store subscribe(int subscriptions, boolean shareGroup) throws SQLException {
        var group = shareGroup ? "'bench'" : "'bench-' || n";
        return run(("insert into pgmb.subscription_groups (id) select distinct %1$s from generate_series(0, %2$d) n;"
                        + "insert into pgmb.subscriptions (group_id, conditions_sql, params) select %1$s, '%3$s',"
                        + " jsonb_build_object('topics', array['bench.' || n]) from generate_series(0, %2$d) n")
                .formatted(group, subscriptions - 1, TOPICAL));
    }

    /** Commits after each batch; topics take turns. */
    public Store publish(int events, int topics) throws SQLException {
        return run(
                """
                do $$
                begin
                  for batch in 0..%d - 1 by %d loop
                    %s
                    commit;
                  end loop;
                end
                $$
                """.formatted(events, BATCH, insert("batch", "least(batch + " + BATCH + ", " + events + ")", topics)));
    }

    public Store publishAtOnce(int events, int topics) throws SQLException {
        return run(insert("0", Integer.toString(events), topics));
    }

    private static String insert(String first, String end, int topics) {
        return """
                insert into pgmb.events (topic, payload)
                select 'bench.' || e.number %% %d, p.payload
                from generate_series(%s, %s - 1) e (number) join bench_payloads p on p.n = e.number %% %d
                order by e.number;
                """.formatted(topics, first, end, PAYLOADS);
    }

    @Override
    public void close() throws SQLException {
        cluster.drop(name);
    }
}
