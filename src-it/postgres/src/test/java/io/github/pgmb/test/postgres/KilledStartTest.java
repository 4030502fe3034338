package io.github.pgmb.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a killed process left behind, the next start works. */
class KilledStartTest {
    @TempDir
    Path temp;

    @Test
    void halfUnpackedBinariesAreUnpackedAgain() throws IOException, SQLException {
        startAndStop(options().folder(temp));
        Path home = onlyHome();
        Files.delete(home.resolve("bin/initdb"));
        Path partial = Files.createDirectories(home.resolveSibling(FileTree.name(home) + ".partial"));
        Files.writeString(partial.resolve("postgres"), "half of i");

        startAndStop(options().folder(temp));

        assertThat(home.resolve("bin/initdb")).exists();
        assertThat(partial).doesNotExist();
    }

    @Test
    void halfInitialisedDirectoryIsInitialisedAgain() throws IOException, SQLException {
        Path unfinished = Files.createDirectories(temp.resolve("data.new-1/base"));
        Files.writeString(unfinished.resolveSibling("PG_VERSION"), "18\n");

        startAndStop();

        assertThat(temp.resolve("data.new-1")).doesNotExist();
    }

    @Test
    void pidFileOfAnEarlierLifeIsNoObstacle() throws IOException, SQLException {
        startAndStop();
        Files.writeString(pidFile(), ProcessHandle.current().pid() + "\n" + temp.resolve("data") + "\n");
        startAndStop();
    }

    @Test
    void emptyPidFileIsNoObstacle() throws IOException, SQLException {
        startAndStop();
        Files.writeString(pidFile(), "");
        startAndStop();
    }

    @Test
    void survivingServerIsEndedAndItsDataKept() throws Exception {
        Process other = startInAnotherJvm("kept");
        long survivor = Long.parseLong(pidToldBy(other));
        other.destroyForcibly().waitFor();
        assertThat(ProcessHandle.of(survivor)).isPresent();

        try (PostgresServer server = options().start()) {
            assertThat(server.postmasterPid()).isNotEqualTo(survivor);
            assertThat(Sql.value(server.superuser(), "select answer from t")).isEqualTo("42");
        }
    }

    @Test
    void serverOfALivingProcessIsLeftAlone() throws Exception {
        Process other = startInAnotherJvm("kept");
        try {
            long pid = Long.parseLong(pidToldBy(other));
            assertThat(catchThrowable(() -> options().start())).hasMessageContaining("in use");
            assertThat(ProcessHandle.of(pid)).isPresent();
        } finally {
            other.destroy();
            other.waitFor(30, TimeUnit.SECONDS);
        }
        assertThat(Postmaster.on(temp.resolve("data"))).isEmpty();
    }

    @Test
    void temporaryDirectoryOfAKilledProcessIsSweptAway() throws Exception {
        Process other = startInAnotherJvm("temporary");
        long survivor = Long.parseLong(pidToldBy(other));
        other.destroyForcibly().waitFor();

        try (PostgresServer server = PostgresServer.builder().folder(temp).start()) {
            assertThat(FileTree.content(server.dataDirectory().getParent()).stream()
                            .filter(Files::isDirectory))
                    .containsExactly(server.dataDirectory());
        }
        assertThat(ProcessHandle.of(survivor).filter(process -> !Postmaster.isGone(process)))
                .isEmpty();
    }

    @Test
    void aStartKilledAtAnyMomentIsNoObstacle() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < LongForm.or(2, 5); round++) {
            Process other = startInAnotherJvm("kept");
            // Unpacking takes about the first second, initdb the next.
            boolean ended = other.waitFor(random.nextInt(200, 4000), TimeUnit.MILLISECONDS);
            other.destroyForcibly().waitFor();
            assertThat(ended).as("other JVM ended by itself; seed " + seed).isFalse();
        }
        startAndStop(options().folder(temp));
    }

    @Test
    void processesUnpackAtTheSameTime() throws Exception {
        List<Process> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(startInAnotherJvm("temporary"));
        }
        for (Process other : others) {
            assertThat(pidToldBy(other)).matches("\\d+");
        }
        for (Process other : others) {
            other.destroy();
            assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(onlyHome()).isDirectory();
    }

    private PostgresServerBuilder options() {
        return PostgresServer.builder().dataDirectory(temp.resolve("data"));
    }

    private void startAndStop() throws SQLException {
        startAndStop(options());
    }

    private static void startAndStop(PostgresServerBuilder options) throws SQLException {
        try (PostgresServer server = options.start()) {
            assertThat(Sql.value(server.superuser(), "select 1")).isEqualTo("1");
        }
    }

    private Path pidFile() {
        return temp.resolve("data/postmaster.pid");
    }

    private Path onlyHome() {
        List<Path> homes = FileTree.content(temp.resolve("binaries")).stream()
                .filter(Files::isDirectory)
                .toList();
        assertThat(homes).hasSize(1);
        return homes.get(0);
    }

    private Process startInAnotherJvm(String kind) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherJvm.class.getName(),
                        kind,
                        temp.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String pidToldBy(Process process) throws IOException {
        return process.inputReader(StandardCharsets.UTF_8).readLine();
    }
}
