package io.github.pgmb.bench.engine;

import io.github.pgmb.bench.measure.Cost;
import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Table;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the functions of the schema cost, by themselves and with those that they call. */
final class FunctionProfile {

    private static final double LEAST_MICROS = 0.5;
    private static final double MICROS_PER_MILLI = 1e3;

    private final Store store;
    private Map<String, Time> before = Map.of();

    /** Of one function so far, in milliseconds. */
    private record Time(long calls, double all, double itself) {

        static final Time NONE = new Time(0, 0, 0);

        Time since(Time earlier) {
            return new Time(calls - earlier.calls, all - earlier.all, itself - earlier.itself);
        }
    }

    /** Functions are timed for connections that are made after this. */
    FunctionProfile(Store store) throws SQLException {
        this.store = store.timeFunctions();
    }

    /** What connections that are closed have called does not count. */
    void begin() throws SQLException {
        before = now();
    }

    /** To be called when the connections are closed: until then some calls have not been reported. */
    Table table(Cost cost) throws SQLException {
        var events = (double) cost.events();
        var table = new Table("step", "calls/event", "µs/event", "of it in itself");
        table.row("JVM processor", "", Numbers.oneDigit(cost.clientMicros()), "");
        table.row("PostgreSQL processor", "", Numbers.oneDigit(cost.postgresMicros()), "");
        now().forEach((function, until) -> {
            var time = until.since(before.getOrDefault(function, Time.NONE));
            if (time.all() * MICROS_PER_MILLI / events >= LEAST_MICROS) {
                table.row(
                        "server, elapsed: pgmb." + function,
                        Numbers.twoDigits((double) time.calls() / events),
                        Numbers.twoDigits(time.all() * MICROS_PER_MILLI / events),
                        Numbers.twoDigits(time.itself() * MICROS_PER_MILLI / events));
            }
        });
        return table;
    }

    private Map<String, Time> now() throws SQLException {
        var times = new LinkedHashMap<String, Time>();
        try (var connection = store.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select funcname, sum(calls)::bigint, sum(total_time), sum(self_time) from pg_stat_user_functions"
                                + " where schemaname = 'pgmb' group by funcname order by 3 desc")) {
            while (row.next()) {
                times.put(row.getString(1), new Time(row.getLong(2), row.getDouble(3), row.getDouble(4)));
            }
        }
        return times;
    }
}
