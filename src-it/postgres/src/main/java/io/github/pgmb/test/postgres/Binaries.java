package io.github.pgmb.test.postgres;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** The programs of one PostgreSQL release, unpacked and ready to run. */
record Binaries(Path home) {
    private static final String COMPLETE = ".complete";
    private static final String PARTIAL = ".partial";

    /**
     * Unpacks the archive below the folder, once for all processes. A folder that a killed process left half unpacked, or from
     * which a cleaner of temporary files took something, is unpacked again.
     */
    static Binaries unpack(BinariesArchive archive, Path folder, Consumer<String> progress) {
        byte[] bytes = archive.bytes();
        Path home = folder.resolve(fingerprint(bytes)).toAbsolutePath().normalize();
        if (isComplete(home)) {
            return new Binaries(home);
        }
        try (ProcessLock unpacking = ProcessLock.await(folder.resolve("lock"))) {
            if (!isComplete(home)) {
                progress.accept("Unpacking PostgreSQL to " + home);
                replace(home, bytes);
            }
        }
        return new Binaries(home);
    }

    private static void replace(Path home, byte[] archive) {
        // Whoever made these has died: the lock is ours.
        FileTree.content(FileTree.parent(home)).stream()
                .filter(file -> FileTree.name(file).endsWith(PARTIAL))
                .forEach(FileTree::delete);
        FileTree.delete(home);
        Path partial = home.resolveSibling(FileTree.name(home) + PARTIAL);
        try {
            Files.createDirectories(partial);
            TarXz.unpack(archive, partial);
            Files.createFile(partial.resolve(COMPLETE));
            Files.writeString(partial.resolve(COMPLETE), Long.toString(FileTree.size(partial)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack PostgreSQL to " + partial, e);
        }
        FileTree.moveIntoPlace(partial, home);
    }

    private static boolean isComplete(Path home) {
        try {
            Path marker = home.resolve(COMPLETE);
            return Files.exists(marker) && Files.readString(marker).equals(Long.toString(FileTree.size(home)));
        } catch (IOException | UncheckedIOException replacedMeanwhile) {
            return false;
        }
    }

    private static String fingerprint(byte[] archive) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
            return "postgres-" + HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Runs a program to its end, its output appended to the log; returns its exit code. */
    int run(Path log, String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // PostgreSQL refuses to run as root; in a user namespace of its own it does not see that it is.
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("LC_ALL", "C");
        return exitCode(builder);
    }

    private static int exitCode(ProcessBuilder builder) {
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot run " + builder.command(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresException("Interrupted while running " + builder.command(), e);
        }
    }
}
