package io.github.pgmb.sample.launcher;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where things are.
 *
 * @param folder holds the launcher; the other modules' are where the build has put them
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

    /** What watches over each server. */
    Path serverMain() {
        return built("launcher-server.jar");
    }

    /** The server's home, which is for reading only. */
    Path wildfly() {
        return built("../../../src-it/wildfly-server/target/server");
    }

    Path ear() {
        return built("../../ear/target/shop.ear");
    }

    Path payara() {
        return built("../../payara/target/payara-micro.jar");
    }

    Path payaraMain() {
        return built("../../payara/target/payara.jar");
    }

    Path war() {
        return built("../../payara/target/shop.war");
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
        var file = folder.resolve(name).normalize();
        if (!Files.exists(file)) {
            throw new StartException(file + " is missing: start with pgmb-ear-sample/run, which builds it.");
        }
        return file;
    }
}
