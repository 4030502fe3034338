package io.github.pgmb.it.debian;

import io.github.pgmb.test.postgres.PostgresServer;
import io.github.pgmb.test.postgres.PostgresServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What Debian's packages install. */
final class Programs {

    private static final Path POSTGRES = Path.of("/usr/lib/postgresql/15");
    static final Path BIN = POSTGRES.resolve("bin");
    static final Path PGBOUNCER = Path.of("/usr/sbin/pgbouncer");
    private static final Path PG_CRON = POSTGRES.resolve("lib/pg_cron.so");
    private static final int LIMIT_S = 120;

    private Programs() {}

    static PostgresServerBuilder server() {
        for (var needed : List.of(BIN.resolve("postgres"), PG_CRON, PGBOUNCER)) {
            if (!Files.exists(needed)) {
                throw new AssertionError(
                        needed + " is missing: apt-get install postgresql-15 postgresql-15-cron pgbouncer");
            }
        }
        return PostgresServer.builder().installed(POSTGRES).withoutFsync();
    }

    /** Not as root, which servers and what starts them refuse to be. */
    static List<String> unprivileged(Path program, String... arguments) {
        var command = new ArrayList<>(List.of("unshare", "-U", program.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs one of PostgreSQL's programs to its end in a folder; fails with what it says. */
    static String run(Path folder, String program, String... arguments) {
        var command = unprivileged(BIN.resolve(program), arguments);
        try {
            var said = Files.createTempFile(folder, program, ".log");
            var process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            var ended = process.waitFor(LIMIT_S, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + Files.readString(said));
            }
            return Files.readString(said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
