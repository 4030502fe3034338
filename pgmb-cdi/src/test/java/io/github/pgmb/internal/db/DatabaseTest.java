package io.github.pgmb.internal.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.PgmbException;
import io.github.pgmb.test.postgres.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which databases are refused. */
class DatabaseTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    @Test
    void acceptsAPostgresThatIsNewEnough() throws SQLException {
        assertThat(new Database(DATABASE::dataSource).requirePostgres()).contains(DATABASE.name());
    }

    @Test
    void refusesAPostgresThatIsTooOld() {
        var old = pretending(Map.of("getDatabaseMajorVersion", 13));
        assertThatThrownBy(() -> new Database(() -> old).requirePostgres())
                .isInstanceOf(PgmbException.class)
                .hasMessage("PGMB-0203: the data source leads to PostgreSQL 13; needed is 14 or newer");
    }

    @Test
    void refusesOtherDatabases() {
        var other = pretending(Map.of("getDatabaseProductName", "H2"));
        assertThatThrownBy(() -> new Database(() -> other).requirePostgres())
                .isInstanceOf(PgmbException.class)
                .hasMessageStartingWith("PGMB-0202: the data source leads to H2, which is not PostgreSQL");
    }

    /** The real database, but for what it says of itself. */
    private static DataSource pretending(Map<String, Object> answers) {
        return around(DataSource.class, DATABASE.dataSource(), answers);
    }

    private static <T> T around(Class<T> type, T real, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                DatabaseTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (answers.containsKey(method.getName())) {
                        return answers.get(method.getName());
                    }
                    try {
                        return wrapped(method.invoke(real, arguments), answers);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private static Object wrapped(Object result, Map<String, Object> answers) {
        if (result instanceof Connection connection) {
            return around(Connection.class, connection, answers);
        }
        return result instanceof DatabaseMetaData metadata ? around(DatabaseMetaData.class, metadata, answers) : result;
    }
}
