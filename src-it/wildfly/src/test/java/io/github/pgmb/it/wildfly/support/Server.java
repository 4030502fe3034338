package io.github.pgmb.it.wildfly.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A running server by its name in arquillian.xml, looked at from outside. */
public record Server(String name) {

    private static final Pattern PROBLEM = Pattern.compile("\\S+ \\S+ +(WARN|ERROR|FATAL) .*");
    private static final String HEALTH_DOWN = "WFLYMPHEALTH0003";
    private static final Pattern THREAD = Pattern.compile("^\"(pgmb[^\"]*)\"", Pattern.MULTILINE);

    public static Server named(String name) {
        return new Server(name);
    }

    int managementPort() {
        return Integer.getInteger("pgmb.it." + name + ".management-port");
    }

    /** The names of the threads that the broker has started. */
    public List<String> brokerThreads() {
        return THREAD.matcher(jcmd("Thread.print"))
                .results()
                .map(thread -> thread.group(1))
                .toList();
    }

    /** How many instances there are, after a collection of garbage, of classes of this name, whoever has loaded them. */
    public int instances(Class<?> type) {
        var line = Pattern.compile("^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(type.getName()) + "$", Pattern.MULTILINE);
        return line.matcher(jcmd("GC.class_histogram"))
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .sum();
    }

    /** What it has logged after this mark. */
    public String log(int mark) {
        return wholeLog().substring(mark);
    }

    /** The end of its log. */
    public int mark() {
        return wholeLog().length();
    }

    /** All warnings and errors, whoever logged them, after this mark; but for the server's word that it was asked too early. */
    public List<String> problems(int mark) {
        return log(mark)
                .lines()
                .filter(PROBLEM.asMatchPredicate())
                .filter(line -> !line.contains(HEALTH_DOWN))
                .toList();
    }

    private Path folder() {
        return Path.of("target", name).toAbsolutePath();
    }

    private String wholeLog() {
        try {
            return Files.readString(folder().resolve("log").resolve("server.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String jcmd(String command) {
        try {
            var jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(process().pid()),
                            command)
                    .redirectErrorStream(true)
                    .start();
            return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessHandle process() {
        return ProcessHandle.current()
                .descendants()
                .filter(child -> child.info().arguments().stream()
                        .flatMap(Stream::of)
                        .anyMatch(argument -> argument.equals("-Djboss.server.base.dir=" + folder())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no server in " + folder()));
    }
}
