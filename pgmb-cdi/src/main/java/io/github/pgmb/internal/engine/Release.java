package io.github.pgmb.internal.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Which release of the library this is. */
final class Release {

    private Release() {}

    /** From a resource beside the class: not every class loader of a server tells a package's version. */
    static String version() {
        try (var resource = Release.class.getResourceAsStream("version.txt")) {
            return resource == null
                    ? "of unknown version"
                    : new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
