package io.github.pgmb.it.servers.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Looks for ports for a server. */
final class FreePort {

    // Below the range from which systems number outgoing connections: one of these could take the port in between.
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private FreePort() {}

    static int find() {
        return base(1);
    }

    /** The first of so many neighbours that are free. */
    static int base(int size) {
        return ThreadLocalRandom.current()
                .ints(ATTEMPTS, FIRST, LAST)
                .filter(base -> IntStream.range(base, base + size).allMatch(FreePort::isFree))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No free ports from " + FIRST + " to " + LAST));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
