package io.github.pgmb.test.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Looks for ports on loopback that a server can keep while it is killed and started again. */
public final class FreePort {
    /** The one address that the server listens on. */
    static final String HOST = "127.0.0.1";

    // Below the range from which systems number outgoing connections: between a kill and a restart, a client that keeps
    // trying to connect to a closed port of that range may be given that very port, connect to itself and occupy it.
    private static final int FIRST = 15_000;
    private static final int LAST = 32_000;
    private static final int ATTEMPTS = 1_000;

    private FreePort() {}

    public static int find() {
        return base(1);
    }

    /** The first of so many neighbours that are free. */
    public static int base(int size) {
        return ThreadLocalRandom.current()
                .ints(ATTEMPTS, FIRST, LAST)
                .filter(base -> IntStream.range(base, base + size).allMatch(FreePort::isFree))
                .findFirst()
                .orElseThrow(() -> new PostgresException("Found no free ports from " + FIRST + " to " + LAST));
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(!System.getProperty("os.name", "").startsWith("Windows"));
            socket.bind(new InetSocketAddress(loopback(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    static InetAddress loopback() throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
