package io.github.pgmb.sample.launcher.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Runs a server's main class, for as long as the launcher lives.
 *
 * <p>Arguments: the main class, then its arguments. A byte on standard input asks the server to stop; the end of standard
 * input means that the launcher has died, and then nothing is worth waiting for.
 */
public final class ServerMain {

    private ServerMain() {}

    public static void main(String[] args) throws ReflectiveOperationException {
        watchLauncher();
        Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object)
                Arrays.copyOfRange(args, 1, args.length));
    }

    private static void watchLauncher() {
        // Servers put something else in its place.
        var input = System.in;
        var watch = new Thread(
                () -> {
                    try {
                        if (input.read() >= 0) {
                            System.exit(0);
                        }
                        Runtime.getRuntime().halt(1);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "watch-launcher");
        watch.setDaemon(true);
        watch.start();
    }
}
