package io.github.pgmb.bench.runner;

import io.github.pgmb.bench.report.Numbers;
import io.github.pgmb.bench.report.Section;
import io.github.pgmb.bench.report.Table;
import io.github.pgmb.test.postgres.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** From typing the sample's command to its being ready. */
final class SampleStart {

    private static final String READY = "] ready";

    private final Installation installation;
    private final Path folder;
    private final Consumer<String> progress;

    SampleStart(Installation installation, Consumer<String> progress) {
        this.installation = installation;
        this.folder = installation.output().resolve("work").resolve("start");
        this.progress = progress;
    }

    Section measure(boolean emptyRepository) throws IOException, InterruptedException {
        Folders.empty(folder);
        var project = installation.project();
        var table = new Table("start of the sample", "s until ready");
        progress.accept("starting the sample, unmeasured, so that it is built");
        timed(project, "unmeasured", List.of());
        row(table, "first, fresh data directory, built before", project, "data", List.of());
        row(table, "second, same data directory", project, "data", List.of());
        if (emptyRepository) {
            var options = List.of("-Dmaven.repo.local=" + folder.resolve("repository"));
            row(table, "from a clean checkout, with an empty Maven repository", checkout(), "clean", options);
        }
        return new Section("Start", table, List.of());
    }

    private void row(Table table, String title, Path project, String data, List<String> mavenOptions)
            throws IOException {
        progress.accept("starting the sample: " + title);
        table.row(title, Numbers.seconds(timed(project, data, mavenOptions)));
    }

    private Path checkout() throws IOException, InterruptedException {
        var checkout = folder.resolve("checkout");
        var clone = new ProcessBuilder(
                        "git", "clone", "--quiet", installation.project().toString(), checkout.toString())
                .inheritIO()
                .start();
        if (clone.waitFor() != 0) {
            throw new BenchException("The project could not be cloned.");
        }
        return checkout;
    }

    private Duration timed(Path project, String data, List<String> mavenOptions) throws IOException {
        var command = new ArrayList<String>();
        command.add(project.resolve("pgmb-ear-sample").resolve("run").toString());
        command.add("--port=" + FreePort.find());
        command.add("--data-dir=" + folder.resolve(data));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (!mavenOptions.isEmpty()) {
            builder.environment().put("MAVEN_OPTS", String.join(" ", mavenOptions));
        }
        var start = System.nanoTime();
        try (var sample = RecordedProcess.start(builder, folder.resolveSibling("sample.pid"));
                var output = sample.process().inputReader()) {
            awaitReady(output, folder.resolve(data + ".out"));
            return Duration.ofNanos(System.nanoTime() - start);
        }
    }

    private static void awaitReady(BufferedReader output, Path log) throws IOException {
        try (var copy = Files.newBufferedWriter(log)) {
            for (var line = output.readLine(); line != null; line = output.readLine()) {
                copy.write(line + "\n");
                if (line.endsWith(READY)) {
                    return;
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        throw new BenchException("The sample did not start, see " + log);
    }
}
