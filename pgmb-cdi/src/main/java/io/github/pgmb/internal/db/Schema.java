package io.github.pgmb.internal.db;

import io.github.pgmb.PgmbException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;

/** Installs the schema, and says which one is there. Thread-safe. */
public final class Schema {

    private static final String SCRIPT = "/io/github/pgmb/sql/pgmb.sql";
    // Any number that nobody else takes; nodes that start at once install one after the other.
    private static final long INSTALLATION_LOCK = 0x70676d625f6c6f67L;

    private final Database database;

    public Schema(Database database) {
        this.database = database;
    }

    /** The version of the installed schema; empty if there is none. */
    public Optional<String> version() throws SQLException {
        return database.with(connection -> setting(connection, "plugin_version"));
    }

    /**
     * Installs the schema, or updates it if it was installed from another script; under a lock, in one transaction.
     *
     * @return whether anything had to be done
     */
    public boolean update() throws SQLException {
        var script = script();
        var checksum = checksum(script);
        if (database.with(connection -> setting(connection, "schema_checksum")).equals(Optional.of(checksum))) {
            return false;
        }
        return database.inTransaction(connection -> {
            lock(connection);
            // Another node may have done it while this one waited.
            if (setting(connection, "schema_checksum").equals(Optional.of(checksum))) {
                return false;
            }
            install(connection, script, checksum);
            return true;
        });
    }

    private static void install(Connection connection, String script, String checksum) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local standard_conforming_strings = on");
            // As one literal: the driver would cut the script into statements, and takes the end of a case expression
            // for
            // that of the function around it.
            statement.execute(
                    "do $pgmb_install$ begin execute $pgmb_script$" + script + "$pgmb_script$; end $pgmb_install$");
        }
        try (var update = connection.prepareStatement(
                "update pgmb.config set value = ? where id = 'schema_checksum'::pgmb.config_type")) {
            update.setString(1, checksum);
            update.executeUpdate();
        }
    }

    private static void lock(Connection connection) throws SQLException {
        try (var lock = connection.prepareStatement("select pg_advisory_xact_lock(?)")) {
            lock.setLong(1, INSTALLATION_LOCK);
            lock.execute();
        }
    }

    private static Optional<String> setting(Connection connection, String name) throws SQLException {
        try (var exists = connection.prepareStatement("select to_regclass('pgmb.config') is not null")) {
            if (!Nodes.returnedTrue(exists)) {
                return Optional.empty();
            }
        }
        try (var select = connection.prepareStatement("select value from pgmb.config where id::text = ?")) {
            select.setString(1, name);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
            }
        }
    }

    private static String script() {
        try (var resource = Schema.class.getResourceAsStream(SCRIPT)) {
            if (resource == null) {
                throw new PgmbException("PGMB-0204: " + SCRIPT + " is missing; deploy pgmb-sql together with pgmb-cdi");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String checksum(String script) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
