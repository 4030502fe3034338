package io.github.pgmb.sample.launcher;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line of a server's process. */
final class ServerCommand {

    private final List<String> words = new ArrayList<>();

    private ServerCommand() {}

    static ServerCommand java(ServerFolder folder) {
        var command = new ServerCommand();
        // Quick to start, small; a server for load would have neither of the first two.
        return command.with(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Djava.io.tmpdir=" + folder.temporary());
    }

    ServerCommand with(String... options) {
        words.addAll(List.of(options));
        return this;
    }

    /** An option {@code --add-…} for each. */
    ServerCommand with(String option, Stream<String> packages) {
        packages.forEach(name -> words.add(option + "=" + name + "=ALL-UNNAMED"));
        return this;
    }

    /** The main class with its arguments, watched over by ours. */
    List<String> main(Stream<Path> classPath, String mainClass, String... arguments) {
        words.add("-cp");
        words.add(classPath.map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
        words.add("io.github.pgmb.sample.launcher.server.ServerMain");
        words.add(mainClass);
        words.addAll(List.of(arguments));
        return List.copyOf(words);
    }
}
