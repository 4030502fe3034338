package io.github.pgmb.internal.db;

import io.github.pgmb.PgmbException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Optional;

/**
 * The schema that a database has.
 *
 * @param oldestClient the oldest version whose nodes can work with it, as it says itself
 */
record InstalledSchema(SchemaVersion version, SchemaVersion oldestClient) {

    // Others have a table config with a version, too.
    private static final String LOOK = """
            select
              exists (
                select from pg_depend
                where refclassid = 'pg_namespace'::regclass and refobjid = to_regnamespace('pgmb')
              ),
              to_regclass('pgmb.dispatcher') is not null and to_regclass('pgmb.config') is not null
            """;

    /**
     * Empty if there is none, or an empty one.
     *
     * @throws PgmbException if it is not ours
     */
    static Optional<InstalledSchema> in(Connection connection) throws SQLException {
        try (var look = connection.prepareStatement(LOOK);
                var row = look.executeQuery()) {
            row.next();
            if (!row.getBoolean(1)) {
                return Optional.empty();
            }
            return Optional.of((row.getBoolean(2) ? read(connection) : Optional.<InstalledSchema>empty())
                    .orElseThrow(
                            () -> new PgmbException("PGMB-0210: the schema pgmb of this database belongs to something"
                                    + " else; use another database, or drop or rename that schema")));
        }
    }

    private static Optional<InstalledSchema> read(Connection connection) throws SQLException {
        var settings = new HashMap<String, String>();
        try (var select = connection.prepareStatement("select id::text, value from pgmb.config");
                var row = select.executeQuery()) {
            while (row.next()) {
                settings.put(row.getString(1), row.getString(2));
            }
        }
        // The first version does not say it.
        return SchemaVersion.parse(settings.get("plugin_version"))
                .map(version -> new InstalledSchema(
                        version,
                        SchemaVersion.parse(settings.get("oldest_client")).orElse(version)));
    }
}
