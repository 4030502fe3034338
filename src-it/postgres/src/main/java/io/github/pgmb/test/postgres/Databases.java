package io.github.pgmb.test.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** The templates of one server and their copies, all dropped when closed. Thread-safe. */
final class Databases implements AutoCloseable {
    /** Owns every database; may neither create roles nor become superuser, like the role that installs the broker. */
    static final String OWNER = "pgmb_owner";

    private static final String OWNER_PASSWORD = "pgmb_owner";
    private static final String MAINTENANCE = "postgres";

    private final TestServer server;
    // Several JVMs may share an external server.
    private final String prefix =
            "pgmb_" + UUID.randomUUID().toString().substring(0, 8).replace("-", "") + "_";
    private final Map<String, String> templates = new HashMap<>();
    private final Set<String> databases = new LinkedHashSet<>();
    private int created;

    Databases(TestServer server) {
        this.server = server;
        createOwner();
    }

    TestServer server() {
        return server;
    }

    /** A fresh database with the template's content; the initializer runs if the template is new. */
    synchronized String copyOf(String template, DatabaseInitializer initializer) {
        String source = templates.get(template);
        if (source == null) {
            source = create("template0");
            initialize(source, template, initializer);
            templates.put(template, source);
        }
        return create(source);
    }

    synchronized void drop(String database) {
        execute("drop database if exists " + database + " with (force)");
        databases.remove(database);
    }

    PGSimpleDataSource asOwner(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(server.jdbcUrl(database, OWNER, OWNER_PASSWORD));
        return source;
    }

    String jdbcUrl(String database) {
        return server.jdbcUrl(database, OWNER, OWNER_PASSWORD);
    }

    @Override
    public synchronized void close() {
        try {
            if (server.process().isEmpty()) {
                Set.copyOf(databases).forEach(this::drop);
            }
        } finally {
            server.close();
        }
    }

    private String create(String source) {
        String database = prefix + ++created;
        execute("create database " + database + " template " + source + " owner " + OWNER);
        databases.add(database);
        return database;
    }

    private void initialize(String database, String template, DatabaseInitializer initializer) {
        try (Connection owner = asOwner(database).getConnection()) {
            initializer.initialize(owner);
        } catch (Exception e) {
            throw new PostgresException("Cannot prepare the template database '" + template + "'", e);
        }
    }

    private void createOwner() {
        execute("""
                do $$
                begin
                  create role %1$s login password '%2$s' nosuperuser nocreatedb nocreaterole;
                  -- Whoever is no superuser must belong to a role to give it a database.
                  grant %1$s to current_user;
                exception when duplicate_object or unique_violation then
                  null; -- made by another JVM
                end $$
                """.formatted(OWNER, OWNER_PASSWORD));
    }

    private void execute(String sql) {
        try (Connection connection = server.administrator(MAINTENANCE);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new PostgresException("Cannot run: " + sql, e);
        }
    }
}
