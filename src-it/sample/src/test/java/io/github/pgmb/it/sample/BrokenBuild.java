package io.github.pgmb.it.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The project's built files in another folder, but for what is missing there. */
record BrokenBuild(Path project) {

    private static final Path WHOLE = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Path SAMPLE = Path.of("pgmb-ear-sample");
    private static final Path LAUNCHER = SAMPLE.resolve(Path.of("launcher", "target"));

    static BrokenBuild in(Path folder) throws IOException {
        var build = new BrokenBuild(folder.resolve("project"));
        build.link(Path.of("src-it"));
        build.link(LAUNCHER.resolve("lib"));
        // Not links: the launcher finds the rest by its own place, and links do not count as places.
        build.copy(LAUNCHER.resolve("launcher.jar"));
        build.copy(LAUNCHER.resolve("launcher-server.jar"));
        return build;
    }

    /**
     * Leaves an entry out of one of the sample's archives.
     *
     * @return the launcher
     */
    Path without(String archive, String entry) throws IOException {
        var source = WHOLE.resolve(SAMPLE).resolve(archive);
        var target = place(SAMPLE.resolve(archive));
        try (var beside = Files.newDirectoryStream(source.getParent(), "*.jar")) {
            for (var file : beside) {
                link(WHOLE.relativize(file));
            }
        }
        copyWithout(source, target, entry);
        return project.resolve(LAUNCHER).resolve("launcher.jar");
    }

    private void link(Path path) throws IOException {
        Files.createSymbolicLink(place(path), WHOLE.resolve(path));
    }

    private void copy(Path path) throws IOException {
        Files.copy(WHOLE.resolve(path), place(path));
    }

    private Path place(Path path) throws IOException {
        var place = project.resolve(path);
        Files.createDirectories(place.getParent());
        return place;
    }

    private static void copyWithout(Path source, Path target, String left) throws IOException {
        try (var from = new ZipFile(source.toFile());
                var to = new ZipOutputStream(Files.newOutputStream(target))) {
            if (from.getEntry(left) == null) {
                throw new IllegalArgumentException(source + " has no " + left);
            }
            for (var entry :
                    from.stream().filter(one -> !one.getName().equals(left)).toList()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                from.getInputStream(entry).transferTo(to);
                to.closeEntry();
            }
        }
    }
}
