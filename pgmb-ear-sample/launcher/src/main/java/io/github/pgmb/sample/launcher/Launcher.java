package io.github.pgmb.sample.launcher;

import io.github.pgmb.test.postgres.PostgresException;
import io.github.pgmb.test.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;

/** The command: parses options, starts everything, waits for the end. */
public final class Launcher {

    private static final int WRONG_USAGE = 2;

    /** Held, since a logger that nobody refers to forgets its level. */
    private static final Logger LIBRARIES = Logger.getLogger("io.zonky");

    private final Installation installation = Installation.ofThisProgram();
    private final Progress progress = new Progress(System.out);
    private final Shutdown shutdown = new Shutdown(progress);

    private Launcher() {}

    public static void main(String[] args) {
        LIBRARIES.setLevel(Level.WARNING);
        System.exit(new Launcher().run(List.of(args)));
    }

    private int run(List<String> arguments) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            System.out.print(text("help.txt"));
            return 0;
        }
        try {
            return start(Options.parse(arguments, System.getenv(), installation.defaultDataDirectory()));
        } catch (UsageException e) {
            System.err.println(e.getMessage() + System.lineSeparator() + "--help explains the options.");
            return WRONG_USAGE;
        } catch (StartException | PostgresException | UncheckedIOException e) {
            if (!shutdown.hasBegun()) {
                System.err.println(e.getMessage());
            }
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** Returns by an exception only: because something fails, or because the program is ending and has ended the server. */
    private int start(Options options) throws InterruptedException {
        new HttpPort(options.port()).ensureFree();
        shutdown.atExit();
        var database = options.existing().orElseGet(() -> ownDatabase(options.dataDirectory()));
        database.check();
        progress.say("PostgreSQL is ready: " + database);
        var prepared = options.form().prepare(installation, options.port(), database);
        var server = shutdown.started("the server", () -> ShopServer.launch(prepared));
        progress.say("starting " + options.form().description() + ", some 10 to 60 s; log: "
                + server.log().file());
        server.awaitReady(progress);
        progress.say("ready");
        System.out.print(ready(prepared, "http://localhost:" + options.port()));
        System.out.flush();
        server.awaitEnd();
        throw new StartException("The server has ended." + server.log().tail());
    }

    private ShopDatabase ownDatabase(Path dataDirectory) {
        var postgres = shutdown.started(
                "PostgreSQL",
                () -> PostgresServer.builder()
                        .dataDirectory(dataDirectory)
                        .stopAtExit(false)
                        .progress(progress::say)
                        .start());
        return ShopDatabase.in(postgres);
    }

    private static String ready(ServerStart server, String url) {
        var results =
                server.results().stream().map(path -> "  curl " + url + path).collect(Collectors.joining("\n"));
        return text("ready.txt")
                .replace("${url}", url)
                .replace("${results}", results)
                .replace("${health}", server.health().toString());
    }

    private static String text(String resource) {
        try (var stream = Objects.requireNonNull(Launcher.class.getResourceAsStream(resource), resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
