package io.github.pgmb.it.wildfly.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.SqlClient;
import java.util.List;

/** The handlers' groups, as the schema tells of them. */
public record Groups(SqlClient database) {

    /** From then on, these handlers receive what is published. */
    public void awaitOwned(String... groups) {
        Eventually.eventually(() -> assertThat(owned()).containsExactlyInAnyOrder(groups));
    }

    public List<String> owned() {
        return isInstalled()
                ? database.list("select group_id from pgmb.group_status where owner_alive and declaration is not null")
                : List.of();
    }

    public String owner(String group) {
        return database.value("select owner from pgmb.group_status where group_id = ?", group);
    }

    public String lag(String group) {
        return database.value("select lag from pgmb.group_status where group_id = ?", group);
    }

    public List<String> nodes() {
        return database.list("select node from pgmb.nodes");
    }

    private boolean isInstalled() {
        return Boolean.parseBoolean(database.value("select (to_regclass('pgmb.group_status') is not null)::text"));
    }
}
