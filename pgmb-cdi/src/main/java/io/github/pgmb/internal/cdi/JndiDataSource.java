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
    private volatile @Nullable Found found;

    private record Found(String name, DataSource dataSource) {}

    @Inject
    JndiDataSource(DeployedSettings settings) {
        this.settings = settings;
    }

    /**
     * Remembers only what it found: some servers bind data sources after the application's first look-ups. By its name, which
     * an EAR's module may only bring after another one has published.
     */
    @Override
    public DataSource dataSource() {
        var name = settings.deployment().dataSource();
        var known = found;
        if (known != null && known.name.equals(name)) {
            return known.dataSource;
        }
        var fresh = find(name);
        found = new Found(name, fresh);
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
