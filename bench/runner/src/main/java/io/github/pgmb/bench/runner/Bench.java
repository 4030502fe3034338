package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.engine.EnginePart;
import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import io.github.pgmb.bench.sql.SqlPart;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** The command: measures what the options ask for, prints the result and writes it to a file. */
public final class Bench {

    private static final int WRONG_USAGE = 2;

    /** Held, since a logger that nobody refers to forgets its level. */
    private static final Logger ALL = Logger.getLogger("");

    private static final Logger BROKER = Logger.getLogger("io.github.pgmb");

    private static final List<String> MODES = List.of("on", "off");

    private final Installation installation = Installation.ofThisProgram();
    private final Options options;
    private final Table machine = Machine.described();
    private final List<Section> sections = new ArrayList<>();
    private final long start = System.nanoTime();

    private Bench(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        ALL.setLevel(Level.WARNING);
        // It warns of each attempt that fails, and thousands do, on purpose.
        BROKER.setLevel(Level.SEVERE);
        try {
            new Bench(Options.parse(List.of(args))).run();
        } catch (UsageException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_USAGE);
        } catch (BenchException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        // Threads of libraries must not keep it.
        System.exit(0);
    }

    /** What has been measured until something fails is reported, too. */
    private void run() throws Exception {
        Files.createDirectories(installation.output().resolve("work"));
        try {
            measure();
        } finally {
            machine.row("load of the machine after", Numbers.twoDigits(Machine.load()));
            report();
        }
    }

    private void measure() throws Exception {
        if (options.parts().contains(Part.LATENCY) || options.parts().contains(Part.THROUGHPUT)) {
            try (var database = database()) {
                measureIn(database);
            }
        }
        var sql = options.parts().stream().flatMap(part -> part.sql().stream()).toList();
        if (!sql.isEmpty()) {
            SqlPart.measure(sql, installation.sqlData(), options.size().sql(), this::say, sections);
        }
        var engine =
                options.parts().stream().flatMap(part -> part.engine().stream()).toList();
        if (!engine.isEmpty()) {
            EnginePart.measure(engine, installation.engineData(), options.size().sql(), this::say, sections);
        }
        if (options.parts().contains(Part.START)) {
            sections.add(new SampleStart(installation, this::say).measure(options.emptyRepository()));
        }
    }

    private Database database() {
        say("starting PostgreSQL");
        return options.databaseUrl().map(Database::existing).orElseGet(() -> Database.own(installation.data()));
    }

    private void measureIn(Database database) throws Exception {
        Machine.describe(database, machine);
        for (var mode : options.parts().contains(Part.THROUGHPUT) ? MODES : MODES.subList(0, 1)) {
            // The pool's connections have the setting of the time when they were made: so a new server for each.
            database.synchronousCommit(mode);
            say("starting Payara Micro with synchronous_commit = " + mode);
            try (var server = Server.start(installation, database, options.flightRecording())) {
                measureIn(server, database, mode);
            }
        }
    }

    private void measureIn(Server server, Database database, String mode) throws Exception {
        var first = mode.equals(MODES.get(0));
        if (first && options.parts().contains(Part.LATENCY)) {
            say("latency");
            sections.add(new Latency(server, options.size().pings()).measure());
        }
        if (options.parts().contains(Part.THROUGHPUT)) {
            say("throughput with synchronous_commit = " + mode);
            sections.addAll(new Throughput(server, database, options.size(), this::say).measure(mode));
        }
        if (first) {
            Machine.describeSchema(database, machine);
        }
    }

    private void report() throws IOException {
        var text = "# PGMB bench\n\n" + machine.markdown() + "\n"
                + sections.stream().map(Section::markdown).collect(Collectors.joining());
        Files.writeString(installation.result(), text);
        System.out.println(System.lineSeparator() + text);
        say("written to " + installation.result());
    }

    private void say(String step) {
        System.out.printf("[%6.1f s] %s%n", (System.nanoTime() - start) / 1e9, step);
        System.out.flush();
    }
}
