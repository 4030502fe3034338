package io.github.pgmb.it.payara;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.payara.support.AppDatabase;
import io.github.pgmb.it.payara.support.Deployments;
import io.github.pgmb.it.payara.support.Health;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An application with wrong settings is there, is not ready, and says what to set. */
@ArquillianTest
class WrongSettingsIT {

    private static final String BAD_VALUES = "bad-values";
    private static final String NO_DATA_SOURCE = "no-data-source";
    private static final String OTHER_DATABASE = "other-database";

    @ArquillianResource
    Deployer deployer;

    private String deployed;

    @Deployment(name = BAD_VALUES, managed = false, testable = false)
    static WebArchive badValues() {
        return Deployments.named(BAD_VALUES, AppDatabase.create())
                .without("pgmb.group-id")
                .setting("pgmb.lease-ms", "1")
                .setting("pgmb.read-chunk-size", "many")
                .build();
    }

    @Deployment(name = NO_DATA_SOURCE, managed = false, testable = false)
    static WebArchive noDataSource() {
        return Deployments.named(NO_DATA_SOURCE)
                .setting("pgmb.datasource", "java:app/jdbc/nowhere")
                .build();
    }

    /** The default data source of the server is one for H2. */
    @Deployment(name = OTHER_DATABASE, managed = false, testable = false)
    static WebArchive otherDatabase() {
        return Deployments.named(OTHER_DATABASE).build();
    }

    @AfterEach
    void undeploy() {
        deployer.undeploy(deployed);
    }

    @Test
    void everyBadValueIsNamedAtOnce() {
        deploy(BAD_VALUES);

        assertNotReady(
                "PGMB-0501: pgmb.group-id is not set",
                "PGMB-0502: pgmb.lease-ms is \"1\". Accepted: 2000 to 600000",
                "PGMB-0502: pgmb.read-chunk-size is \"many\"");
    }

    @Test
    void aMissingDataSourceIsNamed() {
        deploy(NO_DATA_SOURCE);

        assertNotReady(
                "PGMB-0201: there is no data source \"java:app/jdbc/nowhere\"", "Set pgmb.datasource to the JNDI");
    }

    @Test
    void aDataSourceForAnotherDatabaseIsNamed() {
        deploy(OTHER_DATABASE);

        assertNotReady("PGMB-0202: the data source leads to H2, which is not PostgreSQL", "set pgmb.datasource to");
    }

    private void deploy(String name) {
        deployer.deploy(name);
        deployed = name;
    }

    private static void assertNotReady(String... reasons) {
        eventually(() -> assertThat(Health.ready().data("problem")).contains(reasons));
        assertThat(Health.ready().up()).isFalse();
        assertThat(Health.started().brokerUp()).isFalse();
        assertThat(Health.live().brokerUp()).isTrue();
    }
}
