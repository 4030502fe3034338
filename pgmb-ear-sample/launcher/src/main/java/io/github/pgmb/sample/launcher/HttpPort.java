package io.github.pgmb.sample.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The port that people type into their browsers. */
record HttpPort(int number) {

    /** How long the server of a launcher that was killed a moment ago may hold the port. */
    private static final int ATTEMPTS = 20;

    private static final long PAUSE_MS = 100;

    /** For what nobody types. */
    static int anyFree() throws IOException {
        try (var socket = new ServerSocket(0, 1, loopback())) {
            return socket.getLocalPort();
        }
    }

    void ensureFree() throws InterruptedException {
        for (var attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (isFree()) {
                return;
            }
            Thread.sleep(PAUSE_MS);
        }
        throw new StartException(
                "Port " + number + " is taken by another program (a sample that still runs?). End it, or"
                        + " choose another port: --port=<number>.");
    }

    private boolean isFree() {
        try (var socket = new ServerSocket()) {
            // Else a connection that was closed a moment ago would count as taken.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), number));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
