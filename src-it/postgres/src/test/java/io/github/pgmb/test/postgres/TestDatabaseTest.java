package io.github.pgmb.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TestDatabaseTest {
    private static final AtomicInteger PREPARED = new AtomicInteger();

    private static final DatabaseInitializer INITIALIZER = owner -> {
        PREPARED.incrementAndGet();
        try (var statement = owner.createStatement()) {
            statement.execute("create table t (x int)");
        }
    };

    @RegisterExtension
    static final TestDatabase db = TestDatabase.preparedBy("table t", INITIALIZER);

    @RegisterExtension
    static final TestDatabase second = TestDatabase.preparedBy("table t", INITIALIZER);

    @RegisterExtension
    static final TestDatabase empty = TestDatabase.empty();

    @Test
    void copiesOfOneTemplateAreIndependent() throws SQLException {
        Sql.execute(db.dataSource(), "insert into t values (1)");
        assertThat(Sql.value(db.dataSource(), "select count(*) from t")).isEqualTo("1");
        assertThat(Sql.value(second.dataSource(), "select count(*) from t")).isEqualTo("0");
        assertThat(PREPARED).hasValue(1);
        assertThat(db.name()).isNotEqualTo(second.name());
    }

    @Test
    void otherTemplatesHaveOtherContent() throws SQLException {
        assertThat(Sql.value(empty.dataSource(), "select to_regclass('t')")).isNull();
    }

    @Test
    void ownerOwnsTheDatabaseAndHasNoOtherRights() throws SQLException {
        try (Connection connection = db.connect()) {
            assertThat(Sql.value(connection, "select current_user")).isEqualTo("pgmb_owner");
            assertThat(
                            Sql.value(
                                    connection,
                                    "select rolsuper or rolcreaterole or rolcreatedb from pg_roles where rolname = current_user"))
                    .isEqualTo("f");
            assertThat(Sql.value(
                            connection,
                            "select pg_get_userbyid(datdba) from pg_database where datname = current_database()"))
                    .isEqualTo("pgmb_owner");
        }
    }

    @Test
    void superuserSeesTheSameDatabase() throws SQLException {
        try (Connection connection = db.superuser()) {
            assertThat(Sql.value(connection, "show is_superuser")).isEqualTo("on");
            assertThat(Sql.value(connection, "select current_database()")).isEqualTo(db.name());
        }
    }

    @Nested
    class InANestedClass {
        @Test
        void theDatabaseIsThatOfTheOuterClass() throws SQLException {
            assertThat(Sql.value(db.dataSource(), "select to_regclass('t')")).isEqualTo("t");
        }
    }
}
