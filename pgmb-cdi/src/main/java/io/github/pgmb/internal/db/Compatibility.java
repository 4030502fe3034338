package io.github.pgmb.internal.db;

import io.github.pgmb.PgmbException;

/**
 * Which schemas this release works with.
 *
 * @param own the version that it brings along
 * @param oldestUsable the oldest version that has everything it calls
 */
record Compatibility(SchemaVersion own, SchemaVersion oldestUsable) {

    /** @throws PgmbException if the schema lacks something that this release calls, or is too new for it */
    void requireUsable(InstalledSchema found) {
        requireNotTooNew(found);
        requireAtLeast(oldestUsable, found);
    }

    /** @throws PgmbException if the schema is older than that of this release, or too new for it */
    void requireCurrent(InstalledSchema found) {
        requireNotTooNew(found);
        requireAtLeast(own, found);
    }

    /** A newer schema of the same major version may still serve older nodes, and says so; else no deployment could be rolling. */
    void requireNotTooNew(InstalledSchema found) {
        if (own.isOlderThan(found.version()) && !serves(found)) {
            throw new PgmbException("PGMB-0209: the database has schema pgmb " + found.version()
                    + ", and this node, which needs " + own + ", cannot work with one that new;"
                    + " deploy the application with a newer release of PGMB");
        }
    }

    private boolean serves(InstalledSchema newer) {
        return newer.version().major() == own.major() && !own.isOlderThan(newer.oldestClient());
    }

    private static void requireAtLeast(SchemaVersion needed, InstalledSchema found) {
        if (found.version().isOlderThan(needed)) {
            throw new PgmbException("PGMB-0208: the database has schema pgmb " + found.version() + ", needed is "
                    + needed + "; let its owner run sql/pgmb.sql of this release, or set pgmb.schema.migrate=update");
        }
    }
}
