package io.github.pgmb.it.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between a node and PostgreSQL, on loopback: resets, swallows, delays and cuts. Thread-safe. */
final class FaultProxy implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final ServerSocket listener;
    private final int target;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile CommitCuts cuts = CommitCuts.NONE;
    private volatile long latencyMs;
    private boolean blackHole;

    FaultProxy(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var thread = new Thread(this::accept, "proxy-accept");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                open(listener.accept());
            } catch (IOException closed) {
                // The loop looks.
            }
        }
    }

    private void open(Socket client) {
        try {
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            var connection = new ProxiedConnection(this, client, server);
            connections.add(connection);
            connection.start();
        } catch (IOException serverIsAway) {
            ProxiedConnection.close(client);
        }
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    /** Called for each message, before it is sent on. */
    void pass() throws InterruptedException {
        if (latencyMs > 0) {
            Thread.sleep(latencyMs);
        }
        synchronized (this) {
            while (blackHole) {
                wait();
            }
        }
    }

    /** All connections, at once. */
    void reset() {
        connections.forEach(ProxiedConnection::reset);
    }

    /** Nothing passes any more, in both directions; connections stay. What was sent meanwhile passes afterwards, as with TCP. */
    synchronized void blackHole(boolean on) {
        blackHole = on;
        notifyAll();
    }

    /** For each message. */
    void latency(Duration delay) {
        latencyMs = delay.toMillis();
    }

    /** Each present connection ends after the server has sent so many bytes more. */
    void cutAfter(long bytes) {
        connections.forEach(connection -> connection.cutAfter(bytes));
    }

    void cutCommits(CommitCuts wanted) {
        cuts = wanted;
    }

    CommitCuts cuts() {
        return cuts;
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            blackHole(false);
            reset();
        }
    }
}
