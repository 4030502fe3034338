package io.github.pgmb.sample.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Where one server process has its files. */
record ServerFolder(Path path) {

    /** Without what was left by a server that was killed. */
    static ServerFolder emptied(Path path) throws IOException {
        delete(path);
        var folder = new ServerFolder(path);
        Files.createDirectories(folder.temporary());
        return folder;
    }

    Path temporary() {
        return path.resolve("tmp");
    }

    /** Copies a folder of files to a folder of the same name in this one. */
    void take(Path source) throws IOException {
        var target = Files.createDirectories(path.resolve(source.getFileName()));
        try (var files = Files.list(source)) {
            for (var file : files.toList()) {
                Files.copy(file, target.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var paths = Files.walk(folder)) {
            for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
