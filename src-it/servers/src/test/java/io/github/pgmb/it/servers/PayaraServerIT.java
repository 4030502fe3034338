package io.github.pgmb.it.servers;

import io.github.pgmb.it.servers.server.Domain;
import io.github.pgmb.it.servers.server.Server;
import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;

/** The modules of an EAR read the files in {@code lib} only, whatever they have themselves. */
class PayaraServerIT extends ApplicationsOnServer {

    @Override
    Server start(Path target, PGSimpleDataSource dataSource) {
        return Domain.start(target, target.resolve("servers/payara6"), dataSource);
    }

    @Override
    String configurationInEar(String module) {
        return "none";
    }
}
