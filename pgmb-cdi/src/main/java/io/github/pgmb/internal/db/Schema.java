package io.github.pgmb.internal.db;

import io.github.pgmb.PgmbException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Sees to it that there is a schema which this release can work with. Thread-safe. */
public final class Schema {

    // The first with withdraw_handler.
    private static final SchemaVersion OLDEST_USABLE = new SchemaVersion(0, 2, 0);

    private final Database database;

    public Schema(Database database) {
        this.database = database;
    }

    /** The schema that will be used, and how it came to be there: both for people. */
    public record Prepared(String version, String origin) {
        private static Prepared found(InstalledSchema schema) {
            return new Prepared(schema.version().toString(), "found");
        }
    }

    /**
     * Changes nothing, and takes any version that has what this release calls.
     *
     * @throws PgmbException if there is none
     */
    public Prepared requireUsable() throws SQLException {
        var script = SchemaScript.load();
        var found = required(script);
        compatibility(script).requireUsable(found);
        return Prepared.found(found);
    }

    /**
     * Changes nothing, and takes the version of this release, or a newer one that serves it.
     *
     * @throws PgmbException if there is none
     */
    public Prepared requireCurrent() throws SQLException {
        var script = SchemaScript.load();
        var found = required(script);
        compatibility(script).requireCurrent(found);
        return Prepared.found(found);
    }

    /**
     * Installs the schema, or migrates an older one; under a lock, in one transaction. Leaves alone what is not older.
     *
     * @throws PgmbException if it is too new, not ours, or the database refuses
     */
    public Prepared update() throws SQLException {
        var script = SchemaScript.load();
        var sufficient = database.with(connection -> sufficient(script, found(connection)));
        return sufficient.isPresent()
                ? sufficient.get()
                : database.inTransaction(connection -> update(script, connection));
    }

    private static Prepared update(SchemaScript script, Connection connection) throws SQLException {
        seeWhatOthersCommit(connection);
        lock(connection);
        var found = found(connection);
        // Another node may have done it while this one waited.
        var sufficient = sufficient(script, found);
        if (sufficient.isPresent()) {
            return sufficient.get();
        }
        return found.isPresent() ? migrate(script, found.get(), connection) : install(script, connection);
    }

    private static Prepared install(SchemaScript script, Connection connection) throws SQLException {
        return SchemaErrors.installing(connection, installing -> {
            script.run(installing);
            return new Prepared(script.version().toString(), "installed now");
        });
    }

    private static Prepared migrate(SchemaScript script, InstalledSchema from, Connection connection)
            throws SQLException {
        return SchemaErrors.migrating(connection, migrating -> {
            script.run(migrating);
            return new Prepared(script.version().toString(), "migrated now from " + from.version());
        });
    }

    /** While this one waits for its lock. Before any query, or else it cannot be set. */
    private static void seeWhatOthersCommit(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set transaction isolation level read committed");
        }
    }

    private static void lock(Connection connection) throws SQLException {
        SchemaErrors.installing(connection, waiting -> {
            try (var statement = waiting.createStatement()) {
                statement.execute("set local lock_timeout = '5s'");
                // The script takes it as well; here it comes before the second look at the version.
                return statement.execute("select pg_advisory_xact_lock(hashtextextended('pgmb.schema', 0))");
            }
        });
    }

    private static Optional<Prepared> sufficient(SchemaScript script, Optional<InstalledSchema> found) {
        found.ifPresent(compatibility(script)::requireNotTooNew);
        return found.filter(schema -> !schema.version().isOlderThan(script.version()))
                .map(Prepared::found);
    }

    private InstalledSchema required(SchemaScript script) throws SQLException {
        return database.with(Schema::found)
                .orElseThrow(() -> new PgmbException("PGMB-0206: the database has no schema pgmb, needed is "
                        + script.version() + "; install sql/pgmb.sql, or set pgmb.schema.migrate=update"));
    }

    private static Optional<InstalledSchema> found(Connection connection) throws SQLException {
        return SchemaErrors.reading(connection, InstalledSchema::in);
    }

    private static Compatibility compatibility(SchemaScript script) {
        return new Compatibility(script.version(), OLDEST_USABLE);
    }
}
