package io.github.pgmb.sql;

import io.github.pgmb.test.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.stream.Stream;

/** A server of a release on which the role installer owns the database app, and may do nothing else. */
final class PlainServer implements AutoCloseable {
    static final String OLDEST = "14";
    static final String NEWEST = "18";

    private final PostgresServer process;

    PlainServer(String release) throws SQLException {
        process = PostgresServer.builder()
                .withoutFsync()
                .binaries(Path.of("target", "postgres-" + release + ".jar"))
                .start();
        try (Pgmb superuser = connect("postgres", PostgresServer.SUPERUSER)) {
            superuser.run("create role installer login");
            superuser.run("create database app owner installer");
        }
    }

    Pgmb connect(String database, String user) throws SQLException {
        Pgmb session = new Pgmb(DriverManager.getConnection(process.jdbcUrl(database, user)));
        // What waits for ever fails.
        session.run("set statement_timeout = '" + Session.WAIT_LIMIT_S + "s'");
        return session;
    }

    Pgmb owner() throws SQLException {
        return connect("app", "installer");
    }

    Pgmb superuser() throws SQLException {
        return connect("app", PostgresServer.SUPERUSER);
    }

    /** kill -9, and up again. */
    void crash() {
        process.kill();
        process.restart();
    }

    static boolean hasPsql() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(folder -> Path.of(folder, "psql").toFile().canExecute());
    }

    /** Runs a script as an administrator would; the exit code. */
    int psql(Path script) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        "psql",
                        "--quiet",
                        "--no-psqlrc",
                        "--single-transaction",
                        "--set=ON_ERROR_STOP=1",
                        "--file=" + script,
                        "host=127.0.0.1 port=" + process.port() + " dbname=app user=installer")
                .inheritIO()
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.close();
    }
}
