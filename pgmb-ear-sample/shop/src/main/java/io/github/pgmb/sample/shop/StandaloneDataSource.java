package io.github.pgmb.sample.shop;

import jakarta.annotation.sql.DataSourceDefinition;

/**
 * The data source of the shop on its own, on Payara. It is left out of the EAR's WAR: there, {@code application.xml} gives this
 * name to the server's data source.
 *
 * <p>Commits have one phase, since there is one resource; the XA class is for the pool. Payara lets JPA and the broker use
 * one connection of a transaction at the same time only if it is an XA connection. Otherwise the broker needs a second
 * one for a moment, and as many transactions as the pool has connections wait for each other.
 */
@DataSourceDefinition(
        name = "java:app/jdbc/shop",
        className = "org.postgresql.xa.PGXADataSource",
        url = "${MPCONFIG=shop.database.url}",
        user = "${MPCONFIG=shop.database.user}",
        password = "${MPCONFIG=shop.database.password}",
        initialPoolSize = 1,
        minPoolSize = 1,
        maxPoolSize = 20,
        properties = {
            "applicationName=pgmb-shop",
            // After a crash of the database the pool holds dead connections, on Payara for ever: try each before use.
            "fish.payara.is-connection-validation-required=true",
            "fish.payara.connection-validation-method=custom-validation",
            "fish.payara.validation-classname=org.glassfish.api.jdbc.validation.JDBC40ConnectionValidation",
            "fish.payara.fail-all-connections=true"
        })
final class StandaloneDataSource {

    private StandaloneDataSource() {}
}
