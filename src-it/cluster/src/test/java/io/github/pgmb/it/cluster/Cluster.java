package io.github.pgmb.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Two nodes, their database, and their customers; all tests use the same one, which is whole again before each. */
final class Cluster implements AutoCloseable {

    /** Short, so that takeovers do not take the most of the tests' time. */
    static final Duration LEASE = Duration.ofSeconds(3);

    private static final int NODES = 2;
    private static final Duration QUIET_LIMIT = Duration.ofMinutes(2);
    private static final Duration OWNED_LIMIT = Duration.ofSeconds(30);
    /** For work that should not be done any more to show itself. */
    private static final Duration AFTERWARDS = Duration.ofSeconds(1);

    private final PostgresServer postgres;
    private final Thread exitHook = new Thread(this::endProcesses, "cluster-stop");
    private final Ledger ledger = new Ledger();
    private final Customers customers = new Customers(ledger);
    private final Faults faults = new Faults();
    private final Database database;
    private final Shop shop;
    private List<Node> nodes = List.of();

    private Cluster(PostgresServer postgres) {
        this.postgres = postgres;
        this.database = new Database(postgres.superuser("shop"));
        this.shop = new Shop(database);
    }

    /** Returns when all of it is ready. */
    static Cluster start() throws InterruptedException {
        var postgres =
                PostgresServer.builder().setting("max_connections", "200").start();
        var administration = new Database(postgres.superuser());
        administration.execute("create role shop login");
        administration.execute("create database shop owner shop");
        var cluster = new Cluster(postgres);
        Runtime.getRuntime().addShutdownHook(cluster.exitHook);
        try {
            cluster.startNodes();
        } catch (InterruptedException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void startNodes() throws InterruptedException {
        var environment = Map.of(
                "SHOP_DATABASE_URL",
                "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/shop",
                "SHOP_DATABASE_USER",
                "shop",
                "SHOP_DATABASE_PASSWORD",
                "shop",
                "PGMB_LEASE_MS",
                Long.toString(LEASE.toMillis()));
        var folder = Path.of("target", "cluster").toAbsolutePath();
        nodes = IntStream.rangeClosed(1, NODES)
                .mapToObj(number -> Node.start("node-" + number, folder, environment))
                .toList();
        for (var node : nodes) {
            node.awaitReady();
        }
        shop.slowDownHandlers();
    }

    List<Node> nodes() {
        return nodes;
    }

    Shop shop() {
        return shop;
    }

    Faults faults() {
        return faults;
    }

    Ledger ledger() {
        return ledger;
    }

    PostgresServer postgres() {
        return postgres;
    }

    /** Orders placed in the background at all nodes in turn. */
    Load load(List<Order> orders, Duration interval) {
        return load(nodes, orders, interval);
    }

    Load load(List<Node> at, List<Order> orders, Duration interval) {
        shop.stockUp(orders);
        return new Load(customers, at, orders, interval);
    }

    /** Places orders at these nodes in turn and returns when each has an outcome. */
    void place(List<Node> at, List<Order> orders) throws InterruptedException, ExecutionException {
        try (var load = load(at, orders, Duration.ZERO)) {
            load.join();
        }
    }

    /** The node that owns the group. */
    Node owner(String group) {
        var name = shop.owner(group);
        return nodes.stream()
                .filter(node -> node.isNamed(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(group + " belongs to " + name + ", which is none of " + nodes));
    }

    /** The first of the nodes that is not this one. */
    Node otherThan(Node node) {
        return nodes.stream().filter(other -> !other.equals(node)).findFirst().orElseThrow();
    }

    void kill(Node node) throws InterruptedException {
        faults.done("SIGKILL to " + node);
        node.kill();
    }

    void freeze(Node node) throws InterruptedException {
        faults.done("SIGSTOP to " + node);
        node.freeze();
    }

    void thaw(Node node) throws InterruptedException {
        faults.done("SIGCONT to " + node);
        node.thaw();
    }

    /** Everything runs, handlers are fast, and a live node owns each group. */
    void makeWhole() throws InterruptedException {
        shop.handlersTake(0, 0);
        for (var node : nodes) {
            node.awaitReady();
        }
        Waiting.until(OWNED_LIMIT, shop::standing, () -> shop.ownedGroups().size() == 2);
    }

    /** Waits until everything is handled; then nothing may be lost, repeated or made up, in all tests up to now. */
    void verify() throws InterruptedException {
        Waiting.until(QUIET_LIMIT, () -> "all events are handled: " + shop.standing(), shop::isQuiet);
        Thread.sleep(AFTERWARDS.toMillis());
        assertThat(new Audit(database, ledger).findings()).isEmpty();
    }

    /** What somebody who looks for the cause of a failure wants to see; the logs get the stacks of all threads. */
    String report() throws InterruptedException {
        var report = faults + "\nAnswers to customers: " + ledger.answers() + "\n"
                + nodes.stream().map(node -> node.log().tail()).collect(Collectors.joining("\n"));
        for (var node : nodes) {
            node.dumpThreads();
        }
        return report;
    }

    private void endProcesses() {
        nodes.forEach(node -> {
            try {
                node.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        try {
            endProcesses();
            Runtime.getRuntime().removeShutdownHook(exitHook);
        } finally {
            postgres.close();
        }
    }
}
