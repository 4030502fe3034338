package io.github.pgmb.it.payara;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.postgresql.ds.PGSimpleDataSource;

/** With a data source whose connections the container does not share between JPA and the broker. */
class TransactionalHandlerWithoutXaIT extends TransactionalHandlers {

    @Deployment
    static WebArchive application() {
        return application("transactional-without-xa", PGSimpleDataSource.class, TransactionalHandlerWithoutXaIT.class);
    }
}
