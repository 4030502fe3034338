package io.github.pgmb.bench.measure;

import io.github.pgmb.bench.load.SampleOrder;
import io.github.pgmb.test.postgres.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;

/**
 * A PostgreSQL of its own with settings as initdb leaves them, and a database for each case in it, so that none pays for what
 * another has left. Commits do not wait for the disk: it is processor time that is compared.
 */
public final class Cluster implements AutoCloseable {

    private static final String SCRIPT = "/io/github/pgmb/sql/pgmb.sql";
    private static final String OWNER = "bench";
    private static final String TEMPLATE = "bench_template";

    private final PostgresServer server;

    private Cluster(PostgresServer server) {
        this.server = server;
    }

    public static Cluster start(Path dataDirectory) throws SQLException {
        var cluster = new Cluster(
                PostgresServer.builder().dataDirectory(dataDirectory).start());
        cluster.dropLeftOvers();
        cluster.administrate("create role " + OWNER + " login");
        cluster.administrate("alter role " + OWNER + " set synchronous_commit = off");
        cluster.administrate("create database " + TEMPLATE + " owner " + OWNER);
        cluster.prepareTemplate();
        return cluster;
    }

    private void dropLeftOvers() throws SQLException {
        try (var connection = server.superuser().getConnection();
                var databases = connection
                        .createStatement()
                        .executeQuery("select datname from pg_database where datname like 'bench%'")) {
            while (databases.next()) {
                administrate("drop database " + databases.getString(1) + " with (force)");
            }
        }
        administrate("drop role if exists " + OWNER);
    }

    private void prepareTemplate() throws SQLException {
        try (var template = new Store(this, TEMPLATE)) {
            // As one literal: the driver would cut the script into statements, and does not know where functions end.
            template.run("do $install$ begin set local standard_conforming_strings = on; execute $script$" + script()
                    + "$script$; end $install$");
            template.run("create table bench_bare (id bigserial, topic text, payload jsonb)");
            template.run("create table bench_payloads (n int primary key, payload jsonb)");
            try (var connection = template.connect();
                    var insert = connection.prepareStatement("insert into bench_payloads values (?, ?::jsonb)")) {
                for (var n = 0; n < Store.PAYLOADS; n++) {
                    insert.setInt(1, n);
                    insert.setString(2, SampleOrder.numbered(n).json());
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    private static String script() {
        try (var script = Objects.requireNonNull(Cluster.class.getResourceAsStream(SCRIPT), SCRIPT)) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new database with the schema, the bare table and the payloads. */
    public Store store(String name) throws SQLException {
        administrate("create database bench_" + name + " template " + TEMPLATE + " owner " + OWNER);
        return new Store(this, "bench_" + name);
    }

    void drop(String database) throws SQLException {
        if (!database.equals(TEMPLATE)) {
            administrate("drop database " + database + " with (force)");
        }
    }

    void checkpoint() throws SQLException {
        administrate("checkpoint");
    }

    void administrate(String sql) throws SQLException {
        try (var connection = server.superuser().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String url(String database) {
        return server.jdbcUrl(database, OWNER);
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database));
    }

    long postmaster() {
        return server.postmasterPid();
    }

    @Override
    public void close() {
        server.close();
    }
}
