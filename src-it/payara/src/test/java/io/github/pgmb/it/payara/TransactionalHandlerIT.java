package io.github.pgmb.it.payara;

import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.postgresql.xa.PGXADataSource;

/** With the recommended data source. */
class TransactionalHandlerIT extends TransactionalHandlers {

    @Deployment
    static WebArchive application() {
        return application("transactional", PGXADataSource.class, TransactionalHandlerIT.class);
    }
}
