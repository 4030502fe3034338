package io.github.pgmb.it.debian;

import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.FreePort;
import io.github.pgmb.test.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A pgbouncer that gives a connection of the server to each transaction anew; a process of its own. */
final class Pool implements AutoCloseable {

    private final Process process;
    private final int port;

    private Pool(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param size how many connections to the server all clients share */
    static Pool start(PostgresServer server, Path folder, int size) {
        var port = FreePort.find();
        try {
            var users = Files.writeString(folder.resolve("users.txt"), "\"" + Shop.NAME + "\" \"\"\n");
            var settings = Files.writeString(
                    folder.resolve("pgbouncer.ini"), """
                    [databases]
                    %1$s = host=127.0.0.1 port=%2$d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %3$d
                    unix_socket_dir =
                    auth_type = trust
                    auth_file = %4$s
                    pool_mode = transaction
                    default_pool_size = %5$d
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(Shop.NAME, server.port(), port, users, size));
            var process = new ProcessBuilder(Programs.unprivileged(Programs.PGBOUNCER, settings.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                    .start();
            var pool = new Pool(process, port);
            Eventually.eventually(() -> pool.requireListening(folder.resolve("pgbouncer.log")));
            return pool;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireListening(Path log) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().flush();
        } catch (IOException notYet) {
            throw new AssertionError("pgbouncer does not listen; it says: " + Files.readString(log), notYet);
        }
    }

    /** Named prepared statements would be looked for on other connections than those they were made on. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + Shop.NAME + "?user=" + Shop.NAME + "&prepareThreshold=0";
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor();
    }
}
