package io.github.pgmb.it.faults;

import io.github.pgmb.it.faults.node.NodeOptions;
import io.github.pgmb.it.faults.node.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node, over all lives of its process, and its ways to the database: one for the engine, one for publishers. Signals go to the
 * process that was started here and to no other. Thread-safe.
 */
final class Node implements AutoCloseable {

    private static final int END_LIMIT_S = 30;
    private static final int TAIL = 60;

    private final String name;
    private final Rig.Options options;
    private final Path folder;
    private final FaultProxy network;
    private final FaultProxy publisherNetwork;
    private Process process;

    Node(String name, Rig.Options options, Path folder, int databasePort) {
        this.name = name;
        this.options = options;
        this.folder = folder;
        this.network = new FaultProxy(databasePort);
        this.publisherNetwork = new FaultProxy(databasePort);
    }

    FaultProxy network() {
        return network;
    }

    FaultProxy publisherNetwork() {
        return publisherNetwork;
    }

    synchronized void start() {
        if (process != null && process.isAlive()) {
            return;
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // Fast to start, and small.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx160m",
                "-cp",
                System.getProperty("java.class.path"),
                NodeProcess.class.getName()));
        try {
            var ledger = folder.resolve(name + "-" + System.nanoTime() + Ledgers.SUFFIX);
            command.addAll(new NodeOptions(
                            name,
                            ledger,
                            url(network),
                            url(publisherNetwork),
                            options.lease(),
                            options.publishers(),
                            options.largestBatch(),
                            options.pause(),
                            options.chunk(),
                            options.handlers())
                    .toArguments());
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String url(FaultProxy way) {
        return "jdbc:postgresql://127.0.0.1:" + way.port() + "/" + Rig.DATABASE + "?user=" + Rig.ROLE
                + "&sslmode=disable&gssEncMode=disable&socketTimeout=10&connectTimeout=3&ApplicationName="
                + Rig.DATABASE;
    }

    synchronized long pid() {
        return process.pid();
    }

    /** Whether this is how the running process names itself in the database. */
    boolean isNamed(String nodeName) {
        return nodeName.startsWith(pid() + "-");
    }

    /** SIGKILL; returns when the process is gone. */
    synchronized void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGSTOP; returns what undoes it, unless the process is gone by then. */
    synchronized Thaw freeze() throws InterruptedException {
        var frozen = process;
        signal("-STOP", frozen);
        return () -> thaw(frozen);
    }

    /** SIGCONT. */
    interface Thaw {
        void carryOut() throws InterruptedException;
    }

    private synchronized void thaw(Process frozen) throws InterruptedException {
        if (frozen.isAlive()) {
            signal("-CONT", frozen);
        }
    }

    private static void signal(String signal, Process process) throws InterruptedException {
        try {
            new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its publishers end; the ledger says so when they have. */
    synchronized void quiet() {
        tell(NodeProcess.QUIET);
    }

    /** As at a shutdown; returns when the process has ended. */
    synchronized void stop() throws InterruptedException {
        tell(NodeProcess.STOP);
        if (!process.waitFor(END_LIMIT_S, TimeUnit.SECONDS)) {
            throw new AssertionError(this + " does not stop");
        }
    }

    private void tell(String command) {
        try {
            var in = process.getOutputStream();
            in.write((command + "\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(this + " has ended by itself", e);
        }
    }

    private Path log() {
        return folder.resolve(name + ".log");
    }

    /** The last lines of its log, without those of stack traces. */
    String tail() {
        try {
            var lines = Files.readAllLines(log()).stream()
                    .filter(line -> !line.startsWith("\t"))
                    .toList();
            return "The end of the log of " + this + ":\n  "
                    + String.join("\n  ", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
        } catch (IOException e) {
            return "No log of " + this + ": " + e;
        }
    }

    @Override
    public synchronized void close() throws InterruptedException {
        if (process != null) {
            kill();
        }
        network.close();
        publisherNetwork.close();
    }

    @Override
    public String toString() {
        return name + " (process " + (process == null ? "none" : Long.toString(process.pid())) + ")";
    }
}
