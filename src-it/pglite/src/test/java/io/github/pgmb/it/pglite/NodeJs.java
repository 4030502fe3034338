package io.github.pgmb.it.pglite;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The Node.js and its npm that this machine has. */
record NodeJs(Path node, Path npm) {

    static final String REQUIRED = "pgmb.node.required";

    private static final Pattern SEPARATOR = Pattern.compile(Pattern.quote(File.pathSeparator));
    private static final int LIMIT_S = 180;

    static Optional<NodeJs> onThisMachine() {
        return onPath("node").flatMap(node -> onPath("npm").map(npm -> new NodeJs(node, npm)));
    }

    static boolean isRequired() {
        return Boolean.getBoolean(REQUIRED) || "true".equals(System.getenv("CI"));
    }

    private static Optional<Path> onPath(String name) {
        return SEPARATOR
                .splitAsStream(System.getenv("PATH"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Installs exactly what the folder's lock file names. */
    String install(Path folder) throws IOException, InterruptedException {
        return run(
                folder,
                Map.of(),
                List.of(npm.toString(), "ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"));
    }

    /** Runs the tests of a folder; returns what they said. */
    String test(Path folder, Map<String, String> environment) throws IOException, InterruptedException {
        return run(folder, environment, List.of(node.toString(), "--test", "--test-reporter=spec"));
    }

    private static String run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        var said = folder.resolve("said.txt");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().putAll(environment);
        var process = builder.start();
        if (!process.waitFor(LIMIT_S, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(command + " did not end; it said: " + Files.readString(said));
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(command + " failed: " + Files.readString(said));
        }
        return Files.readString(said);
    }
}
