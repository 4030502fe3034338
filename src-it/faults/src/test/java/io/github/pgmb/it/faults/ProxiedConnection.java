package io.github.pgmb.it.faults;

import io.github.pgmb.it.faults.CommitCuts.Cut;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

/** One connection through a {@link FaultProxy}, in whole messages, by a thread for each direction. */
final class ProxiedConnection {

    private static final long UNLIMITED = Long.MAX_VALUE;

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server;
    private final Protocol.Commits commits = new Protocol.Commits();
    private final AtomicLong bytesLeft = new AtomicLong(UNLIMITED);
    private volatile boolean withholdsCommit;

    ProxiedConnection(FaultProxy proxy, Socket client, Socket server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
    }

    void start() {
        start("proxy-to-server", this::pumpToServer);
        start("proxy-to-client", this::pumpToClient);
    }

    private void start(String name, Pump pump) {
        var thread = new Thread(
                () -> {
                    try {
                        pump.run();
                    } catch (IOException endOrReset) {
                        // What one side does happens to the other one.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        reset();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private interface Pump {
        void run() throws IOException, InterruptedException;
    }

    private void pumpToServer() throws IOException, InterruptedException {
        var in = input(client);
        var out = output(server);
        forward(Protocol.readFirst(in), in, out);
        while (true) {
            var message = Protocol.read(in);
            if (commits.isCommit(message)) {
                var cut = proxy.cuts().next();
                if (cut == Cut.BEFORE) {
                    return;
                }
                withholdsCommit = cut == Cut.AFTER;
            }
            forward(message, in, out);
        }
    }

    private void pumpToClient() throws IOException, InterruptedException {
        var in = input(server);
        var out = output(client);
        // The answer to a request for encryption would not be a message; the nodes do not ask.
        while (true) {
            var message = Protocol.read(in);
            if (withholdsCommit && Protocol.isCommitted(message)) {
                proxy.cuts().withheld();
                return;
            }
            var bytes = message.bytes();
            var left = bytesLeft.get();
            if (left < bytes.length) {
                out.write(bytes, 0, (int) left);
                out.flush();
                return;
            }
            if (left != UNLIMITED) {
                bytesLeft.addAndGet(-bytes.length);
            }
            forward(message, in, out);
        }
    }

    private void forward(Protocol.Message message, DataInputStream in, OutputStream out)
            throws IOException, InterruptedException {
        proxy.pass();
        out.write(message.bytes());
        if (in.available() == 0) {
            out.flush();
        }
    }

    private static DataInputStream input(Socket socket) throws IOException {
        return new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    private static OutputStream output(Socket socket) throws IOException {
        return new BufferedOutputStream(socket.getOutputStream());
    }

    /** Ends, in the middle of a message, after the server has sent so many bytes more. */
    void cutAfter(long bytes) {
        bytesLeft.set(bytes);
    }

    /** Both sides get a RST, at once. */
    void reset() {
        close(client);
        close(server);
        proxy.ended(this);
    }

    static void close(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException alreadyClosed) {
            // That was wanted.
        }
    }
}
