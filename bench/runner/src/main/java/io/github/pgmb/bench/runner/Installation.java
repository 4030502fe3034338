package io.github.pgmb.bench.runner;

import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Where things are.
 *
 * @param built holds the runner and what the build has copied beside it
 */
record Installation(Path built) {

    static Installation ofThisProgram() {
        try {
            var jar = Path.of(Bench.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return new Installation(jar.toAbsolutePath().resolveSibling(".").normalize());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    Path payara() {
        return built.resolve("payara-micro.jar");
    }

    Path application() {
        return built.resolve("bench.war");
    }

    Path project() {
        return built.resolve("../../..").normalize();
    }

    /** All that a run writes. */
    Path output() {
        return project().resolve("bench").resolve("target");
    }

    /** Of the PostgreSQL that servers use. */
    Path data() {
        return output().resolve("work").resolve("postgres");
    }

    /** Of the one in which the SQL core is measured by itself. */
    Path sqlData() {
        return output().resolve("work").resolve("postgres-sql");
    }

    /** Of the one in which the engine is measured by itself. */
    Path engineData() {
        return output().resolve("work").resolve("postgres-engine");
    }

    Path result() {
        return output().resolve("result.md");
    }
}
