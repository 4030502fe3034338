package io.github.pgmb.test.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A running PostgreSQL on this machine that listens on 127.0.0.1 and trusts every user. It is a process of its own: it survives
 * the death of this JVM, and the next server on the same data directory ends it before it starts.
 *
 * <p>Thread-safe. Every failure is a {@link PostgresException} whose message ends with the server's last words.
 */
public final class PostgresServer implements AutoCloseable {
    /** The superuser's name; it needs no password. */
    public static final String SUPERUSER = "postgres";

    private static final String START_LIMIT_S = "300";
    private static final String STOP_LIMIT_S = "60";
    private static final int ATTEMPTS = 5;

    private final PostgresServerBuilder options;
    private final Binaries binaries;
    private final DataDirectory data;
    private final Optional<Thread> exitHook;
    private int port;
    private boolean closed;

    private PostgresServer(PostgresServerBuilder options, Binaries binaries, DataDirectory data) {
        this.options = options;
        this.binaries = binaries;
        this.data = data;
        this.exitHook = options.stopAtExit ? Optional.of(new Thread(this::close, "postgres-stop")) : Optional.empty();
    }

    /** Options for a server; without any, it has a free port and a temporary data directory. */
    public static PostgresServerBuilder builder() {
        return new PostgresServerBuilder();
    }

    static PostgresServer start(PostgresServerBuilder options) {
        Binaries binaries = options.installed
                .map(Binaries::new)
                .orElseGet(
                        () -> Binaries.unpack(options.archive, options.folder.resolve("binaries"), options.progress));
        DataDirectory data = options.dataDirectory
                .map(DataDirectory::kept)
                .orElseGet(() -> DataDirectory.temporary(options.folder.resolve("data")));
        PostgresServer server = new PostgresServer(options, binaries, data);
        try {
            server.prepare();
            server.launch();
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
        server.exitHook.ifPresent(Runtime.getRuntime()::addShutdownHook);
        return server;
    }

    /** The port on 127.0.0.1; the same over every restart. */
    public synchronized int port() {
        return port;
    }

    /** A JDBC URL that names the user; no password is needed. */
    public String jdbcUrl(String database, String user) {
        return "jdbc:postgresql://" + FreePort.HOST + ":" + port() + "/" + encoded(database) + "?user=" + encoded(user);
    }

    /** Connections as the superuser to the database {@code postgres}. */
    public DataSource superuser() {
        return superuser(SUPERUSER);
    }

    /** Connections as the superuser to the given database. */
    public DataSource superuser(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(jdbcUrl(database, SUPERUSER));
        return source;
    }

    /** The data directory. */
    public Path dataDirectory() {
        return data.path();
    }

    /** The process id of the postmaster. */
    public synchronized long postmasterPid() {
        return Postmaster.on(data.path())
                .orElseThrow(() -> new PostgresException("PostgreSQL is not running on " + data.path()))
                .pid();
    }

    /**
     * An immediate crash: SIGKILL to the postmaster and its children. Returns when all of them are gone; does nothing if they
     * already are. The operating system lives on, so that what the server wrote is not lost, whatever {@code fsync} says.
     */
    public synchronized void kill() {
        Postmaster.on(data.path()).ifPresent(Postmaster::kill);
    }

    /** Starts again on the same port and data, after a clean stop if it is running. */
    public synchronized void restart() {
        if (closed) {
            throw new PostgresException("The server on " + data.path() + " is closed");
        }
        stop();
        launch();
    }

    /** A clean stop that cuts off connected clients; deletes a temporary data directory. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        exitHook.ifPresent(PostgresServer::forget);
        try {
            stop();
        } finally {
            data.close();
        }
    }

    private void prepare() {
        data.emptyLog();
        if (Postmaster.on(data.path()).isPresent()) {
            options.progress.accept("Stopping the PostgreSQL that survived its starter on " + data.path());
            stop();
        }
        data.initialise(binaries, options.progress);
    }

    private void stop() {
        Postmaster.on(data.path()).ifPresent(postmaster -> {
            int exitCode = binaries.run(
                    data.log(),
                    "pg_ctl",
                    "stop",
                    "--pgdata=" + data.path(),
                    "--mode=fast",
                    "--wait",
                    "--timeout=" + STOP_LIMIT_S);
            if (exitCode != 0) {
                postmaster.kill();
            }
        });
    }

    private void launch() {
        boolean portIsGiven = port != 0 || options.port != 0;
        for (int attempt = 1; ; attempt++) {
            int candidate = port != 0 ? port : options.port != 0 ? options.port : FreePort.find();
            if (tryLaunch(candidate)) {
                port = candidate;
                return;
            }
            // One whose starter was killed a moment ago, so that it came up after we looked for survivors.
            boolean otherServer = Postmaster.on(data.path()).isPresent();
            kill();
            boolean portTaken = !FreePort.isFree(candidate);
            if (portTaken && portIsGiven) {
                throw new PostgresException("Port " + candidate + " is taken; " + data.logTail());
            }
            if (attempt == ATTEMPTS || !(portTaken || otherServer)) {
                throw new PostgresException("PostgreSQL did not start; " + data.logTail());
            }
        }
    }

    private boolean tryLaunch(int candidate) {
        options.progress.accept("Starting PostgreSQL on port " + candidate);
        data.configure(settings(candidate));
        if (Postmaster.isPidFileMisleading(data.path())) {
            data.deletePidFile();
        }
        int exitCode = binaries.run(
                data.log(),
                "pg_ctl",
                "start",
                "--pgdata=" + data.path(),
                "--log=" + data.log(),
                "--wait",
                "--timeout=" + START_LIMIT_S);
        return exitCode == 0;
    }

    private Map<String, String> settings(int candidate) {
        Map<String, String> settings = new LinkedHashMap<>(options.settings);
        settings.put("port", Integer.toString(candidate));
        settings.put("listen_addresses", FreePort.HOST);
        // A socket's path has a length limit and its folder permissions of its own; the port is enough.
        settings.put("unix_socket_directories", "");
        return settings;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyExiting) {
            // Then the hook itself is what closes the server.
        }
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }
}
