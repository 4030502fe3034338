package io.github.pgmb.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.faults.node.HandlerSpec;
import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.SqlClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Two nodes, their networks and their database, for one test; all processes end with it. */
final class Rig implements AutoCloseable {

    static final String DATABASE = "faults";
    static final String ROLE = "app";

    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(LongForm.or(2, 10));
    private static final Duration OWNED_LIMIT = Duration.ofMinutes(1);

    private final Options options;
    private final Chance chance = new Chance();
    private final Path folder;
    private final PostgresServer postgres;
    private final SqlClient database;
    private final List<Node> nodes;
    private final Faults faults;
    private final Thread exitHook = new Thread(this::endNodes, "nodes-stop");

    /**
     * What the nodes run.
     *
     * @param publishers of each node
     * @param pause of a publisher between batches
     * @param chunk the most events that a batch of a handler holds
     */
    record Options(
            String test,
            Duration lease,
            int publishers,
            int largestBatch,
            Duration pause,
            int chunk,
            List<HandlerSpec> handlers) {}

    /** What is done with it. */
    interface Test {
        void run(Rig rig) throws Exception;
    }

    private Rig(Options options) throws IOException {
        this.options = options;
        this.folder = emptied(Path.of("target", "faults", options.test()).toAbsolutePath());
        this.postgres = PostgresServer.builder()
                .setting("max_connections", "120")
                .setting("track_commit_timestamp", "on")
                .withoutFsync()
                .start();
        new SqlClient(postgres.superuser()).execute("create role " + ROLE + " login");
        new SqlClient(postgres.superuser()).execute("create database " + DATABASE + " owner " + ROLE);
        this.database = new SqlClient(postgres.superuser(DATABASE));
        database.execute("""
                create schema faults;
                create table faults.effects (
                  no bigint generated always as identity, handler text, event_id text, "position" bigint, node bigint
                );
                create table faults.mended ();
                grant usage on schema faults to app;
                grant select, insert on all tables in schema faults to app;
                """);
        this.nodes = IntStream.rangeClosed(1, 2)
                .mapToObj(n -> new Node("node-" + n, options, folder, postgres.port()))
                .toList();
        this.faults = new Faults(this);
        Runtime.getRuntime().addShutdownHook(exitHook);
    }

    /** Tells of seed, faults and logs when the test fails. */
    static void run(Options options, Test test) throws Exception {
        try (var rig = new Rig(options)) {
            try {
                test.run(rig);
            } catch (Exception | AssertionError e) {
                System.out.println(rig.report());
                throw e;
            }
        }
    }

    Options options() {
        return options;
    }

    Chance chance() {
        return chance;
    }

    Faults faults() {
        return faults;
    }

    PostgresServer postgres() {
        return postgres;
    }

    /** As the superuser, not through a proxy. */
    SqlClient database() {
        return database;
    }

    List<Node> nodes() {
        return nodes;
    }

    Ledgers ledgers() throws IOException {
        return Ledgers.in(folder);
    }

    /** Returns when a node owns each group. */
    void start() {
        // One after the other, else both install the schema, of which one waits for the other.
        nodes.forEach(Node::start);
        awaitOwned();
    }

    void awaitOwned() {
        Eventually.within(
                OWNED_LIMIT,
                () -> assertThat(ownedGroups()).hasSize(options.handlers().size()));
    }

    private List<String> ownedGroups() {
        return database.value("select to_regclass('pgmb.group_status')") == null
                ? List.of()
                : database.list("select group_id from pgmb.group_status where owner_alive");
    }

    /** The node that owns most groups. */
    Node owner() {
        var names = database.list(
                "select node from pgmb.group_owner where node is not null group by node order by count(*) desc, node");
        return nodes.stream()
                .filter(node -> !names.isEmpty() && node.isNamed(names.get(0)))
                .findFirst()
                .orElse(nodes.get(0));
    }

    Node otherThan(Node node) {
        return nodes.stream().filter(other -> !other.equals(node)).findFirst().orElseThrow();
    }

    /** Nothing is published any more: all nodes run. */
    void quiet() throws IOException {
        nodes.forEach(Node::quiet);
        Eventually.within(OWNED_LIMIT, () -> assertThat(ledgers().quiet()).isEqualTo(nodes.size()));
    }

    /** Returns when everything that is in the log has been handled. */
    Duration awaitDrained() {
        var begin = System.nanoTime();
        Eventually.within(
                DRAIN_LIMIT, () -> assertThat(backlog()).as("what waits").isEmpty());
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private List<String> backlog() {
        return database.list("""
                select format('%s at %s of %s events, lag %s, %s retries', s.group_id, s.position, e.n, s.lag, r.n)
                from pgmb.group_status s
                cross join (select count(*) as n from pgmb.events) e
                cross join lateral (select count(*) as n from pgmb.retries t where t.group_no = s.group_no) r
                where s.position <> e.n or s.lag > 0 or r.n > 0""");
    }

    /** As at a shutdown; then nothing of them may be left. */
    void stop() throws InterruptedException, IOException {
        for (var node : nodes) {
            node.stop();
        }
        assertThat(ledgers().leftAfterStop())
                .as("threads and connections in use after the stop")
                .isEmpty();
        // Those that were killed stay until somebody forgets them.
        assertThat(database.list("select node from pgmb.nodes"))
                .as("nodes after the stop")
                .noneMatch(name -> nodes.stream().anyMatch(node -> node.isNamed(name)));
        Eventually.eventually(() -> assertThat(database.list(
                        "select query from pg_stat_activity where usename = ? and datname = ?", ROLE, DATABASE))
                .as("connections after the stop")
                .isEmpty());
    }

    private String report() {
        return chance + "\n" + faults + "\n" + nodes.stream().map(Node::tail).collect(Collectors.joining("\n"));
    }

    private void endNodes() {
        for (var node : nodes) {
            try {
                node.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        try {
            faults.close();
            endNodes();
            Runtime.getRuntime().removeShutdownHook(exitHook);
        } finally {
            postgres.close();
        }
    }

    private static Path emptied(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var content = Files.walk(folder)) {
                content.sorted(Comparator.reverseOrder())
                        .forEach(path -> path.toFile().delete());
            }
        }
        return Files.createDirectories(folder);
    }
}
