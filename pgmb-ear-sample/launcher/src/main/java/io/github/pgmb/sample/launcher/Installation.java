package io.github.pgmb.sample.launcher;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things are.
 *
 * @param folder holds the launcher and what the build has copied beside it
 */
record Installation(Path folder) {

    static Installation ofThisProgram() {
        try {
            var jar = Path.of(Launcher.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new Installation(jar.toAbsolutePath().resolveSibling(".").normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Path serverJar() {
        return built("launcher-server.jar");
    }

    Path payara() {
        return built("payara-micro.jar");
    }

    Path application() {
        return built("shop.war");
    }

    Path defaultDataDirectory() {
        return state().resolve("postgres");
    }

    /** Log and temporary files of the server on this port. */
    Path serverFolder(int port) {
        return state().resolve("server-" + port);
    }

    private Path state() {
        return folder.resolve("../../target").normalize();
    }

    private Path built(String name) {
        var file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new StartException(file + " is missing: start with pgmb-ear-sample/run, which builds it.");
        }
        return file;
    }
}
