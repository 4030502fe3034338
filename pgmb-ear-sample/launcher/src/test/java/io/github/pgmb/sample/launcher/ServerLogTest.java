package io.github.pgmb.sample.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {

    @TempDir
    Path folder;

    @Test
    void tellsFailuresFromTheRest() throws IOException {
        var log = log("""
                \u001b[0m10:00:00,001 INFO  [org.jboss.as] WFLYSRV0049: starting
                \u001b[31m10:00:00,002 ERROR [org.jboss.as] WFLYEE0031: Unable to process modules
                \tat org.jboss.as.Some.method(Some.java:1) ERROR
                Caused by: org.jboss.Unhappy: no shipping.jar
                Caused by: org.jboss.Unhappy: no shipping.jar
                PGMB-0301: handler a has no name
                10:00:00,003 INFO  [org.jboss.as] 0 ERRORS
                """);

        assertThat(log.failure().lines().skip(2))
                .containsExactly(
                        "10:00:00,002 ERROR [org.jboss.as] WFLYEE0031: Unable to process modules",
                        "Caused by: org.jboss.Unhappy: no shipping.jar",
                        "PGMB-0301: handler a has no name");
    }

    @Test
    void givesTheEndOfALogWithoutFailures() throws IOException {
        assertThat(log("first\n\nlast\n").failure()).contains("The end of", "first\nlast");
    }

    @Test
    void saysThatThereIsNone() {
        assertThat(new ServerLog(folder.resolve("none")).failure()).contains("There is no log");
    }

    private ServerLog log(String content) throws IOException {
        return new ServerLog(Files.writeString(folder.resolve("server.log"), content));
    }
}
