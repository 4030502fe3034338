package io.github.pgmb.internal.db;

import io.github.pgmb.PgmbException;
import java.sql.Connection;
import java.sql.SQLException;

/** Says what is to be done about what the database refuses while its schema is looked at, installed or migrated. */
final class SchemaErrors {

    private static final String MAY_READ =
            "let the owner of the schema run: grant usage on schema pgmb to %1$s; grant select on pgmb.config to %1$s";
    private static final String MAY_INSTALL = "let an administrator run: grant create on database %2$s to %1$s; or:"
            + " create schema pgmb authorization %1$s; or set pgmb.schema.migrate=validate and install sql/pgmb.sql";
    private static final String MAY_MIGRATE =
            "let the owner of the schema run sql/pgmb.sql of this release, or make %1$s the owner";

    private SchemaErrors() {}

    static <T> T reading(Connection connection, Database.Work<T> work) throws SQLException {
        return explaining(connection, work, MAY_READ);
    }

    static <T> T installing(Connection connection, Database.Work<T> work) throws SQLException {
        return explaining(connection, work, MAY_INSTALL);
    }

    static <T> T migrating(Connection connection, Database.Work<T> work) throws SQLException {
        return explaining(connection, work, MAY_MIGRATE);
    }

    private static <T> T explaining(Connection connection, Database.Work<T> work, String remedy) throws SQLException {
        // Asked now: the driver asks the server, which answers nothing any more in a failed transaction.
        var database = connection.getCatalog();
        try {
            return work.on(connection);
        } catch (SQLException e) {
            if (SqlErrors.isDenied(e)) {
                var role = quoted(connection.getMetaData().getUserName());
                throw new PgmbException(
                        "PGMB-0211: role " + role + " lacks a privilege (" + e.getMessage() + "); "
                                + remedy.formatted(role, quoted(database)),
                        e);
            }
            if (SqlErrors.isLockTimeout(e)) {
                throw new PgmbException(
                        "PGMB-0212: another session installs the schema, or uses its tables in a long transaction;"
                                + " this is tried again: " + e.getMessage(),
                        e);
            }
            if (SqlErrors.isRefusedInstallation(e)) {
                throw new PgmbException("PGMB-0213: the schema is not migrated: " + e.getMessage(), e);
            }
            throw e;
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
