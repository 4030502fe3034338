package io.github.pgmb.it.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says if it cannot start. */
class LauncherIT {

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void saysThatThePortIsTakenBeforeItStartsAnything() throws IOException, InterruptedException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
                var sample = SampleProcess.launch(folder, taken.getLocalPort())) {
            assertThat(sample.awaitExit()).isEqualTo(1);
            assertThat(sample.output()).contains("Port " + taken.getLocalPort() + " is taken", "--port=");
            assertThat(folder.resolve("postgres")).doesNotExist();
        }
    }

    @Test
    void explainsWrongOptions() throws IOException, InterruptedException {
        try (var sample = SampleProcess.launch(folder, 1, "--prot=2")) {
            assertThat(sample.awaitExit()).isEqualTo(2);
            assertThat(sample.output()).contains("Unknown option: --prot=2", "--port", "--war", "--help");
        }
    }

    @Test
    void saysWhyAnEarCannotBeDeployed() throws IOException, InterruptedException {
        var launcher = BrokenBuild.in(folder).without("ear/target/shop.ear", "shipping.jar");
        try (var sample = SampleProcess.launch(launcher, folder, SampleProcess.freePort())) {
            assertThat(sample.awaitExit()).isEqualTo(1);
            assertThat(sample.output())
                    .contains("The application could not be deployed.", "ERROR", "shipping.jar")
                    .doesNotContain("Ctrl-C ends everything");
        }
    }

    @Test
    void saysWhyAWarCannotBeDeployed() throws IOException, InterruptedException {
        var launcher = BrokenBuild.in(folder).without("payara/target/shop.war", "WEB-INF/classes/META-INF/shop.sql");
        try (var sample = SampleProcess.launch(launcher, folder, SampleProcess.freePort(), "--war")) {
            assertThat(sample.awaitExit()).isEqualTo(1);
            assertThat(sample.output())
                    .contains("The server has ended.", "SEVERE", "shop.sql")
                    .doesNotContain("Ctrl-C ends everything");
        }
    }
}
