package io.github.pgmb.sample.launcher;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A server that is to be started, and what tells how it goes.
 *
 * @param folder its working directory
 * @param environment variables to be added
 * @param ready what answers with 200 when all is ready; the last one is its health
 * @param failureMarks files that appear if the application cannot be deployed; a server without any ends then
 * @param results paths that show what an order has led to
 */
record ServerStart(
        Path folder,
        List<String> command,
        Map<String, String> environment,
        List<URI> ready,
        List<Path> failureMarks,
        List<String> results) {

    URI health() {
        return ready.get(ready.size() - 1);
    }
}
