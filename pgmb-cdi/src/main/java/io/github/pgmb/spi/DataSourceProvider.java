package io.github.pgmb.spi;

import javax.sql.DataSource;

/** Gives the data source of the broker. Implementations are thread-safe. */
public interface DataSourceProvider {

    /**
     * Called at each use.
     *
     * @return a data source for PostgreSQL 14 or newer whose connections take part in the JTA transaction of the calling
     *     thread, if there is one
     * @throws io.github.pgmb.PgmbException if there is none now; the message says what to set. It is asked again later
     */
    DataSource dataSource();
}
