package io.github.pgmb.test.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {
    /** Unless the build is told to test on another one. */
    private static final String NEWEST =
            System.getProperty("postgres.version", "18.0").replaceAll("\\..*", ".");

    private static final Path OLDEST = Path.of("target", "oldest-postgres.jar");

    @TempDir
    Path temp;

    @Test
    void startsWithSettingsAndLeavesNothingBehind() throws SQLException {
        List<String> progress = new ArrayList<>();
        Path data;
        ProcessHandle process;
        try (PostgresServer server = PostgresServer.builder()
                .folder(temp)
                .setting("max_connections", "37")
                .setting("application_name", "it's quoted")
                .withoutFsync()
                .progress(progress::add)
                .start()) {
            assertThat(Sql.value(server.superuser(), "show max_connections")).isEqualTo("37");
            assertThat(Sql.value(server.superuser(), "show server_version")).startsWith(NEWEST);
            assertThat(Sql.value(server.superuser(), "show port")).isEqualTo(Integer.toString(server.port()));
            data = server.dataDirectory();
            process = ProcessHandle.of(server.postmasterPid()).orElseThrow();
        }
        assertThat(Postmaster.isGone(process)).isTrue();
        assertThat(FileTree.content(data.getParent()))
                .extracting(FileTree::name)
                .containsExactly("sweep");
        assertThat(progress).hasSize(3);
    }

    @Test
    void killAndRestartKeepCommittedData() throws SQLException {
        try (PostgresServer server =
                PostgresServer.builder().dataDirectory(temp.resolve("data")).start()) {
            Sql.execute(server.superuser(), "create table t as select 42 as answer");
            long pid = server.postmasterPid();
            int port = server.port();

            server.kill();
            assertThatThrownBy(server.superuser()::getConnection).isInstanceOf(SQLException.class);
            assertThatThrownBy(server::postmasterPid).hasMessageContaining("not running");
            server.kill();
            server.restart();

            assertThat(Sql.value(server.superuser(), "select answer from t")).isEqualTo("42");
            assertThat(server.port()).isEqualTo(port);
            assertThat(server.postmasterPid()).isNotEqualTo(pid);

            server.restart();
            assertThat(Sql.value(server.superuser(), "select answer from t")).isEqualTo("42");
        }
    }

    @Test
    void closedDataDirectoryStartsAgainWithItsData() throws SQLException {
        PostgresServerBuilder options = PostgresServer.builder().dataDirectory(temp.resolve("data"));
        try (PostgresServer server = options.start()) {
            Sql.execute(server.superuser(), "create table t as select 42 as answer");
        }
        try (PostgresServer server = options.setting("max_connections", "20").start()) {
            assertThat(Sql.value(server.superuser(), "select answer from t")).isEqualTo("42");
            assertThat(Sql.value(server.superuser(), "show max_connections")).isEqualTo("20");
        }
    }

    @Test
    void aDataDirectoryHasOneServer() {
        PostgresServerBuilder options = PostgresServer.builder().dataDirectory(temp.resolve("data"));
        try (PostgresServer server = options.start()) {
            assertThatThrownBy(options::start)
                    .isInstanceOf(PostgresException.class)
                    .hasMessageContaining(server.dataDirectory().toString())
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void refusesADirectoryOfSomethingElse() throws IOException {
        Path letters = Files.createDirectories(temp.resolve("letters"));
        Files.writeString(letters.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> PostgresServer.builder().dataDirectory(letters).start())
                .hasMessageContaining(letters.toString())
                .hasMessageContaining("neither empty nor");
        assertThat(letters.resolve("letter.txt")).hasContent("dear");
    }

    @Test
    void namesThePortThatIsTaken() throws IOException {
        try (ServerSocket other = new ServerSocket(FreePort.find(), 1, FreePort.loopback())) {
            PostgresServerBuilder options = PostgresServer.builder().port(other.getLocalPort());
            assertThatThrownBy(options::start)
                    .isInstanceOf(PostgresException.class)
                    .hasMessageStartingWith("Port " + other.getLocalPort() + " is taken");
        }
    }

    @Test
    void tellsWhatTheServerSaidWhenItDoesNotStart() {
        PostgresServerBuilder options = PostgresServer.builder().setting("max_connections", "many");
        assertThatThrownBy(options::start).hasMessageContaining("invalid value for parameter \"max_connections\"");
    }

    @Test
    void oldestReleaseRunsBesideTheNewest() throws SQLException {
        try (PostgresServer oldest = PostgresServer.builder().binaries(OLDEST).start();
                PostgresServer newest = PostgresServer.builder().start()) {
            assertThat(Sql.value(oldest.superuser(), "show server_version")).startsWith("14.");
            assertThat(Sql.value(newest.superuser(), "show server_version")).startsWith(NEWEST);
        }
    }
}
