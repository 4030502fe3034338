package io.github.pgmb.internal.db;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** An application that was deployed without the jar {@code pgmb-sql}. */
class MissingScriptTest {

    @Test
    void saysWhichJarIsMissing() throws Exception {
        try (var loader = new URLClassLoader(classPathWithoutSql(), ClassLoader.getPlatformClassLoader())) {
            var schema = loader.loadClass(Schema.class.getName());
            var database = loader.loadClass(Database.class.getName());
            // Without a database: the script is asked for first.
            var instance = schema.getConstructor(database).newInstance(new Object[] {null});
            assertThatThrownBy(() -> schema.getMethod("update").invoke(instance))
                    .hasRootCauseMessage("PGMB-0204: /io/github/pgmb/sql/pgmb.sql is missing; deploy pgmb-sql"
                            + " together with pgmb-cdi");
        }
    }

    private static URL[] classPathWithoutSql() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(entry -> !entry.getFileName().toString().startsWith("pgmb-sql"))
                .filter(entry -> !Files.exists(entry.resolve("io/github/pgmb/sql/pgmb.sql")))
                .map(MissingScriptTest::url)
                .toArray(URL[]::new);
    }

    private static URL url(Path entry) {
        try {
            return entry.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
