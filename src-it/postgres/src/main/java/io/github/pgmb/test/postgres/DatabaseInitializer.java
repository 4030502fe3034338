package io.github.pgmb.test.postgres;

import java.sql.Connection;

/** Fills a template database once. */
@FunctionalInterface
public interface DatabaseInitializer {
    /** Receives an autocommitting connection of the database's owner, which the caller closes. */
    void initialize(Connection owner) throws Exception;
}
