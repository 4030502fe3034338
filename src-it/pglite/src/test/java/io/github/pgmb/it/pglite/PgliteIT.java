package io.github.pgmb.it.pglite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs {@code pglite.test.js}. Without Node.js it is skipped, or fails if it is required. */
class PgliteIT {
    private static final Path TESTS = Path.of("target", "test-classes", "pglite");
    private static final Path SCRIPT = Path.of("..", "..", "sql", "pgmb.sql");

    @Test
    void theSchemaWorksInPglite() throws IOException, InterruptedException {
        var nodeJs = NodeJs.onThisMachine();
        if (nodeJs.isEmpty() && !NodeJs.isRequired()) {
            System.out.println("PGlite is not tested: node and npm are not on the PATH.");
        }
        assumeTrue(nodeJs.isPresent() || NodeJs.isRequired(), "node and npm are not on the PATH");
        assertThat(nodeJs)
                .as("node and npm have to be on the PATH: CI or " + NodeJs.REQUIRED + " is true")
                .isPresent();
        nodeJs.get().install(TESTS);
        var said = nodeJs.get()
                .test(TESTS, Map.of("PGMB_SCRIPT", SCRIPT.toRealPath().toString()));
        assertThat(said).contains("pass 4").contains("skipped 0");
    }
}
