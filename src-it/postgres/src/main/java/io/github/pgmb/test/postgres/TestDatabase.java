package io.github.pgmb.test.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Gives each test class a fresh copy of a template database:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestDatabase db = TestDatabase.preparedBy("schema", owner -> …);
 * }</pre>
 *
 * <p>All classes of a JVM share one server, started by the first and stopped after the last. The system property
 * {@code pgmb.test.postgres}, or else the environment variable {@code PGMB_TEST_POSTGRES}, chooses it: {@code embedded} (the
 * default), {@code docker}, or a {@code jdbc:postgresql:} URL of a role that may create databases and roles. A test that kills
 * its server takes a {@link PostgresServer} of its own.
 *
 * <p>The databases belong to the role {@code pgmb_owner}, which is no superuser and may not create roles. Nested test classes use
 * their outer class's database. An instance must not be shared by classes that run at the same time.
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(TestDatabase.class);

    private final String template;
    private final DatabaseInitializer initializer;
    private @Nullable Databases databases;
    private @Nullable String name;
    private int depth;

    private TestDatabase(String template, DatabaseInitializer initializer) {
        this.template = template;
        this.initializer = initializer;
    }

    /** A database without any content. */
    public static TestDatabase empty() {
        return new TestDatabase("empty", owner -> {});
    }

    /**
     * A copy of the template of this name, which the initializer of the first test class that asks for the name prepares, once per
     * JVM. Give different initializers different names. Settings by {@code alter database} are not copied.
     */
    public static TestDatabase preparedBy(String template, DatabaseInitializer initializer) {
        return new TestDatabase("prepared:" + template, initializer);
    }

    /** Connections as the owner. */
    public PGSimpleDataSource dataSource() {
        return databases().asOwner(name());
    }

    /** A new connection as the owner, which the caller closes. */
    public Connection connect() throws SQLException {
        return dataSource().getConnection();
    }

    /** A new connection to this database as a superuser, or as the role of the given URL; the caller closes it. */
    public Connection superuser() throws SQLException {
        return databases().server().administrator(name());
    }

    /** A URL with the owner's name and password. */
    public String jdbcUrl() {
        return databases().jdbcUrl(name());
    }

    /** The database's name. */
    public String name() {
        return started(name);
    }

    /**
     * The server's process.
     *
     * @throws PostgresException if it is not the embedded one
     */
    public PostgresServer server() {
        return databases()
                .server()
                .process()
                .orElseThrow(() -> new PostgresException("Only " + TestServer.PROPERTY + "=embedded has a process"));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (depth++ == 0) {
            databases = shared(context);
            name = databases.copyOf(template, initializer);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--depth == 0 && databases != null && name != null) {
            databases.drop(name);
            name = null;
        }
    }

    // JUnit 6 renamed the method; container tests still run on JUnit 5.
    @SuppressWarnings("deprecation")
    private static Databases shared(ExtensionContext context) {
        return started(context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Databases.class, key -> new Databases(TestServer.start()), Databases.class));
    }

    private Databases databases() {
        return started(databases);
    }

    private static <T> T started(@Nullable T value) {
        if (value == null) {
            throw new PostgresException(
                    "The database exists only while its test class runs: register the extension as a"
                            + " static field with @RegisterExtension");
        }
        return value;
    }
}
