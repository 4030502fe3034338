package io.github.pgmb.sql;

import java.sql.SQLException;

/** Makes a database look as if it had been restored from the dump of another cluster. */
final class OtherCluster {
    private static final String SHIFTED_SNAPSHOT =
            "(select format('%%s:%%s:%%s', pg_snapshot_xmin(t.%1$s)::text::bigint + %2$d, pg_snapshot_xmax(t.%1$s)::text::bigint + %2$d,"
                    + " (select string_agg((x::text::bigint + %2$d)::text, ',' order by x) from pg_snapshot_xip(t.%1$s) x))::pg_snapshot)";

    private OtherCluster() {}

    /**
     * The numbers of its transactions were so much higher. Nobody else may have a transaction open: what the dump does not see is not
     * restored.
     */
    static void restore(Pgmb pgmb, long ahead) throws SQLException {
        pgmb.begin();
        pgmb.run("update pgmb.events set xact_id = (xact_id::text::bigint + " + ahead + ")::text::xid8");
        // Those that end or begin an era are of no cluster.
        pgmb.run("update pgmb.ticks t set snapshot = " + SHIFTED_SNAPSHOT.formatted("snapshot", ahead)
                + " where pg_snapshot_xmin(t.snapshot)::text::bigint < 4000000000000000000");
        pgmb.run("update pgmb.ticks t set previous = " + SHIFTED_SNAPSHOT.formatted("previous", ahead)
                + " where pg_snapshot_xmax(t.previous)::text::bigint between 2 and 4000000000000000000");
        pgmb.commit();
    }

    /** As time goes by in this cluster. */
    static void useUpTransactions(Pgmb pgmb, int number) throws SQLException {
        pgmb.run("do $$ begin for n in 1.." + number + " loop perform pg_current_xact_id(); commit; end loop; end $$");
    }
}
