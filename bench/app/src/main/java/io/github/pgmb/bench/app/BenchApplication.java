package io.github.pgmb.bench.app;

import jakarta.annotation.sql.DataSourceDefinition;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** REST at the root, and the pool: the same as that of the sample. */
@ApplicationPath("/")
@DataSourceDefinition(
        name = BenchApplication.POOL,
        className = "org.postgresql.ds.PGSimpleDataSource",
        url = "${MPCONFIG=bench.database.url}",
        user = "${MPCONFIG=bench.database.user}",
        password = "${MPCONFIG=bench.database.password}",
        initialPoolSize = 1,
        minPoolSize = 1,
        maxPoolSize = 20,
        properties = {
            "applicationName=pgmb-bench",
            "fish.payara.is-connection-validation-required=true",
            "fish.payara.connection-validation-method=custom-validation",
            "fish.payara.validation-classname=org.glassfish.api.jdbc.validation.JDBC40ConnectionValidation",
            "fish.payara.fail-all-connections=true"
        })
public class BenchApplication extends Application {

    static final String POOL = "java:app/jdbc/bench";
}
