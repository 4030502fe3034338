package io.github.pgmb.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ExternalServerTest {
    private static final String COUNT = "select count(*) from pg_database where datname like 'pgmb%'";

    @Test
    void needsNoMoreThanCreatingDatabasesAndRolesAndLeavesNoDatabase() throws SQLException {
        try (PostgresServer server = PostgresServer.builder().withoutFsync().start()) {
            Sql.execute(server.superuser(), "create role builder login createdb createrole");
            String url = server.jdbcUrl("postgres", "builder");
            try (Databases first = new Databases(new ExternalServer(url));
                    Databases second = new Databases(new ExternalServer(url))) {
                DatabaseInitializer initializer = owner -> Sql.value(owner, "select 1");
                assertThat(first.copyOf("x", initializer)).isNotEqualTo(second.copyOf("x", initializer));
                assertThat(Sql.value(server.superuser(), COUNT)).isEqualTo("4");
            }
            assertThat(Sql.value(server.superuser(), COUNT)).isEqualTo("0");
        }
    }
}
