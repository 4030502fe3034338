package io.github.pgmb.it.payara.support;

import io.github.pgmb.Broker;
import io.github.pgmb.test.postgres.Eventually;
import io.github.pgmb.test.postgres.SqlClient;
import java.io.File;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.CommonDataSource;
import org.assertj.core.api.Assertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.postgresql.Driver;
import org.postgresql.xa.PGXADataSource;

/** Builds applications as a user would: the broker and the driver in WEB-INF/lib, a data source, a configuration. */
public final class Deployments {

    public static final String DATA_SOURCE = "java:app/jdbc/app";
    /** By this, the sessions of applications are known in the database. */
    public static final String APPLICATION_NAME = "pgmb-it";

    private final WebArchive war;
    private final Optional<AppDatabase> database;
    private Class<? extends CommonDataSource> dataSourceClass = PGXADataSource.class;
    private final Map<String, String> settings = new LinkedHashMap<>();

    private Deployments(String name, Optional<AppDatabase> database) {
        this.database = database;
        war = ShrinkWrap.create(WebArchive.class, name + ".war")
                .addAsLibraries(
                        jarOf(Broker.class.getResource("Broker.class")),
                        jarOf(Broker.class.getResource("sql/pgmb.sql")),
                        jarOf(Driver.class.getResource("Driver.class")))
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
        setting("pgmb.group-id", name);
        // Nobody waits for a test.
        setting("pgmb.poll-events-interval-ms", "100");
        setting("pgmb.read-events-interval-ms", "100");
    }

    /** An application without a data source. */
    public static Deployments named(String name) {
        return new Deployments(name, Optional.empty());
    }

    /** An application with a data source that leads to this database. */
    public static Deployments named(String name, AppDatabase database) {
        return new Deployments(name, Optional.of(database)).setting("pgmb.datasource", DATA_SOURCE);
    }

    /** Default: the XA class, which is recommended. */
    public Deployments dataSource(Class<? extends CommonDataSource> implementation) {
        dataSourceClass = implementation;
        return this;
    }

    public Deployments with(Class<?>... classes) {
        war.addClasses(classes);
        return this;
    }

    public Deployments setting(String key, String value) {
        settings.put(key, value);
        return this;
    }

    public Deployments without(String key) {
        settings.remove(key);
        return this;
    }

    public Deployments withPersistence() {
        war.addAsResource(new StringAsset("""
                <persistence xmlns="https://jakarta.ee/xml/ns/persistence" version="3.0">
                  <persistence-unit name="app" transaction-type="JTA">
                    <jta-data-source>%s</jta-data-source>
                    <exclude-unlisted-classes>false</exclude-unlisted-classes>
                  </persistence-unit>
                </persistence>
                """.formatted(DATA_SOURCE)), "META-INF/persistence.xml");
        return this;
    }

    public WebArchive build() {
        database.ifPresent(known -> war.setWebXML(dataSource(known)));
        return war.addAsResource(
                new StringAsset(settings.entrySet().stream()
                        .map(setting -> setting.getKey() + "=" + setting.getValue())
                        .collect(Collectors.joining("\n"))),
                "META-INF/microprofile-config.properties");
    }

    /** With what a test needs that runs inside of the application. */
    public WebArchive buildForInside(Class<?> test) {
        return with(test.getDeclaredClasses())
                .build()
                .addAsLibraries(jarOf(Assertions.class.getResource("Assertions.class")))
                .addClasses(
                        Received.class, Eventually.class, AppDatabase.class, SqlClient.class, Health.class, Http.class);
    }

    private StringAsset dataSource(AppDatabase known) {
        return new StringAsset("""
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                  <data-source>
                    <name>%s</name>
                    <class-name>%s</class-name>
                    <server-name>127.0.0.1</server-name>
                    <port-number>%d</port-number>
                    <database-name>%s</database-name>
                    <user>%s</user>
                    <password>none</password>
                    <property><name>applicationName</name><value>%s</value></property>
                    <initial-pool-size>1</initial-pool-size>
                    <max-pool-size>20</max-pool-size>
                    <min-pool-size>1</min-pool-size>
                  </data-source>
                </web-app>
                """.formatted(
                        DATA_SOURCE,
                        dataSourceClass.getName(),
                        Postgres.server().port(),
                        known.name(),
                        Postgres.OWNER,
                        APPLICATION_NAME));
    }

    private static File jarOf(URL content) {
        try {
            return new File(((JarURLConnection) content.openConnection())
                    .getJarFileURL()
                    .toURI());
        } catch (java.io.IOException | java.net.URISyntaxException e) {
            throw new IllegalStateException(content.toString(), e);
        }
    }
}
