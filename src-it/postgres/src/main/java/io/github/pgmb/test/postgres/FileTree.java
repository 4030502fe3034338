package io.github.pgmb.test.postgres;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders as wholes: listed, counted, moved into place, deleted. */
final class FileTree {
    private FileTree() {}

    static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new PostgresException(file + " has no parent folder");
        }
        return parent;
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** The folder's direct content in a stable order; empty if there is no such folder. */
    static List<Path> content(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static long size(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All or nothing; an empty folder at the target gives way. */
    static void moveIntoPlace(Path source, Path target) {
        try {
            Files.deleteIfExists(target);
            Files.move(source, target, ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For what somebody else may still be writing to. */
    static void tryDelete(Path file) {
        try {
            delete(file);
        } catch (UncheckedIOException leftForNextTime) {
            // It takes room and does no harm.
        }
    }

    static void delete(Path file) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(file)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + file, e);
        }
    }
}
