package io.github.pgmb.it.servers;

import io.github.pgmb.it.servers.server.OpenLiberty;
import io.github.pgmb.it.servers.server.Server;
import java.nio.file.Path;
import org.postgresql.ds.PGSimpleDataSource;

/** Each module reads the file of its own, and those in {@code lib}. */
class OpenLibertyIT extends ApplicationsOnServer {

    @Override
    Server start(Path target, PGSimpleDataSource dataSource) {
        return OpenLiberty.start(target, dataSource);
    }

    @Override
    String configurationInEar(String module) {
        return module.equals("beans") ? "none" : module;
    }
}
