package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Table;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/** On what was measured. */
final class Machine {

    private static final long KIB_PER_GIB = 1L << 20;

    private Machine() {}

    static Table described() {
        return new Table("machine", "")
                .row("date", LocalDate.now(ZoneId.systemDefault()).toString())
                .row(
                        "processors",
                        Runtime.getRuntime().availableProcessors() + " × " + valueOf("/proc/cpuinfo", "model name"))
                .row("memory", memory())
                .row("system", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .row("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"))
                .row("load of the machine before", Numbers.twoDigits(load()));
    }

    static void describe(Database database, Table table) {
        table.row("PostgreSQL", database.setting("server_version") + ", " + database.where());
        for (var setting : List.of("fsync", "full_page_writes", "shared_buffers", "max_wal_size", "track_functions")) {
            table.row(setting, database.setting(setting));
        }
        table.row("synchronous_commit", "on for the latency; each for the throughput, set for role and database");
    }

    /** What is known once the application has run. */
    static void describeSchema(Database database, Table table) {
        table.row(
                "partitions of the log",
                database.ask("select count(*) from pg_inherits where inhparent = 'pgmb.events'::regclass"));
        table.row(
                "connections of the server's pool",
                database.ask("select count(*) from pg_stat_activity where application_name = 'pgmb-bench'")
                        + " open of at most 20");
    }

    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String memory() {
        var kib = valueOf("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return kib.isEmpty() ? "?" : Numbers.oneDigit((double) Long.parseLong(kib) / KIB_PER_GIB) + " GiB";
    }

    /** Of a line such as {@code model name : …}. */
    private static String valueOf(String file, String key) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("?");
        } catch (IOException notLinux) {
            return "?";
        }
    }
}
