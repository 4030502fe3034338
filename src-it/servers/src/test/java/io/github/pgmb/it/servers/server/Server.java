package io.github.pgmb.it.servers.server;

import java.nio.file.Path;
import java.util.List;

/** A running server. Deployments return when the server says that they are done. */
public interface Server extends AutoCloseable {

    /** An archive whose file is named as the application, with its ending. */
    void deploy(Path archive);

    void undeploy(Path archive);

    /** Replaces what is deployed by that name. */
    void redeploy(Path archive);

    int httpPort();

    /** Whose names begin with {@code pgmb}. */
    List<String> brokerThreads();

    @Override
    void close();
}
