package io.github.pgmb.internal.cdi;

import io.github.pgmb.PgmbException;
import io.github.pgmb.spi.DataSourceProvider;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import javax.naming.NamingException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The data source of the setting {@code pgmb.datasource}. */
@Singleton
class JndiDataSource implements DataSourceProvider {

    private final DeployedSettings settings;
    private volatile @Nullable DataSource found;

    @Inject
    JndiDataSource(DeployedSettings settings) {
        this.settings = settings;
    }

    /** Remembers only what it found: some servers bind data sources after the application's first look-ups. */
    @Override
    public DataSource dataSource() {
        var known = found;
        if (known != null) {
            return known;
        }
        var fresh = find(settings.deployment().dataSource());
        found = fresh;
        return fresh;
    }

    private static DataSource find(String name) {
        try {
            return Jndi.find(name, DataSource.class);
        } catch (NamingException missing) {
            throw new PgmbException(
                    "PGMB-0201: there is no data source \"" + name + "\" (" + missing.getMessage()
                            + "). Set pgmb.datasource to the JNDI name of one for PostgreSQL.",
                    missing);
        }
    }
}
