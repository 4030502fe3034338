package io.github.pgmb.internal.db;

import io.github.pgmb.PgmbException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.regex.Pattern;

/** The script of this release, which installs its version of the schema and migrates older ones to it. */
record SchemaScript(String text, SchemaVersion version) {

    private static final String RESOURCE = "/io/github/pgmb/sql/pgmb.sql";
    private static final Pattern VERSION =
            Pattern.compile("^set local pgmb\\.schema_version = '([^']+)';$", Pattern.MULTILINE);

    /** @throws PgmbException if it is not on the class path */
    static SchemaScript load() {
        var text = read();
        return VERSION.matcher(text)
                .results()
                .findFirst()
                .flatMap(found -> SchemaVersion.parse(found.group(1)))
                .map(version -> new SchemaScript(text, version))
                .orElseThrow(() -> new IllegalStateException(RESOURCE + " names no version"));
    }

    private static String read() {
        try (var resource = SchemaScript.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new PgmbException(
                        "PGMB-0204: " + RESOURCE + " is missing; deploy pgmb-sql together with pgmb-cdi");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the transaction of that connection. */
    void run(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set local standard_conforming_strings = on");
            // As one literal: the driver would cut the script into statements, and takes the end of a case expression
            // for that of the function around it.
            statement.execute(
                    "do $pgmb_install$ begin execute $pgmb_script$" + text + "$pgmb_script$; end $pgmb_install$");
        } catch (SQLException e) {
            throw withoutContext(e);
        }
    }

    /** What the driver adds to the first line is the whole script, as the place where it happened. */
    private static SQLException withoutContext(SQLException e) {
        var message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new SQLException(message, e.getSQLState());
    }
}
