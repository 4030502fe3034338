package io.github.pgmb.bench.engine;

import io.github.pgmb.bench.measure.Store;
import io.github.pgmb.internal.engine.Settings;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A node in a JVM of its own. Stops cleanly when its input ends. */
public final class NodeProcess implements AutoCloseable {

    /** Held, since a logger that nobody refers to forgets its level. */
    private static final Logger ALL = Logger.getLogger("");

    private static final long POLL_MS = 50;
    private static final long LIMIT_S = 60;

    private final Process process;

    private NodeProcess(Process process) {
        this.process = process;
    }

    /** Returns when it owns the groups. */
    static NodeProcess start(Store store, Duration lease) throws IOException, InterruptedException, SQLException {
        var java = ProcessHandle.current().info().command().orElse("java");
        var started = new NodeProcess(new ProcessBuilder(
                        java,
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NodeProcess.class.getName(),
                        store.url(),
                        Long.toString(lease.toMillis()))
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.INHERIT)
                .start());
        while (started.process.isAlive() && started.ownedGroups(store) == 0) {
            Thread.sleep(POLL_MS);
        }
        return started;
    }

    private long ownedGroups(Store store) throws SQLException {
        return store.number("select count(*) from pgmb.group_owner where node like '" + process.pid() + "-%'");
    }

    /** SIGKILL; does not wait. */
    void kill() {
        process.destroyForcibly();
    }

    /** Has it stop cleanly; does not wait. */
    void stop() throws IOException {
        process.getOutputStream().close();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the node's process " + process.pid() + " does not end");
        }
    }

    /** The process: database URL, length of the lease in milliseconds. */
    public static void main(String[] args) throws IOException {
        ALL.setLevel(Level.WARNING);
        try (var node = node(args[0], Duration.ofMillis(Long.parseLong(args[1])), () -> {})) {
            while (System.in.read() >= 0) {
                // Nothing is said but the end.
            }
        }
        // Threads of libraries must not keep it.
        System.exit(0);
    }

    /** A node with a handler that tells of each event. */
    static PlainNode node(String url, Duration lease, Runnable handled) {
        return new PlainNode(
                PlainNode.pool(url),
                settings(lease),
                Thread::new,
                transactions -> List.of(Handlers.onTopic("taken", Takeover.TOPIC, events -> handled.run())));
    }

    private static Settings settings(Duration lease) {
        return PlainNode.settings("bench", Duration.ofMillis(500), lease);
    }
}
