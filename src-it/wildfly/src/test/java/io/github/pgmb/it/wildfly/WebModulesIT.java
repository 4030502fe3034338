package io.github.pgmb.it.wildfly;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static io.github.pgmb.test.postgres.Eventually.throughout;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.wildfly.app.LeftDesk;
import io.github.pgmb.it.wildfly.app.LeftHandler;
import io.github.pgmb.it.wildfly.app.Notebook;
import io.github.pgmb.it.wildfly.app.RightDesk;
import io.github.pgmb.it.wildfly.app.RightHandler;
import io.github.pgmb.it.wildfly.app.SharedHandler;
import io.github.pgmb.it.wildfly.app.Surroundings;
import io.github.pgmb.it.wildfly.support.Archives;
import io.github.pgmb.it.wildfly.support.Ear;
import io.github.pgmb.it.wildfly.support.Groups;
import io.github.pgmb.it.wildfly.support.Health;
import io.github.pgmb.it.wildfly.support.Postgres;
import io.github.pgmb.it.wildfly.support.Server;
import io.github.pgmb.it.wildfly.support.Web;
import io.github.pgmb.test.postgres.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two WARs of one EAR, with the library in its lib: one engine, and each handler is at home in its own module. */
@ArquillianTest
class WebModulesIT {

    private static final String EAR = "modules";
    private static final String LEFT = "desk of the left module|"
            + new Surroundings("left-web", "entry of the left module", "setting of the left module", true, false);
    private static final String RIGHT = "desk of the right module|"
            + new Surroundings("right-web", "entry of the right module", "setting of the right module", false, true);
    private static final Server SERVER = Server.named("wildfly");

    @ArquillianResource
    Deployer deployer;

    private final SqlClient database = Postgres.emptied(Notebook.TABLE);
    private final Groups groups = new Groups(database);
    private final int mark = SERVER.mark();

    @Deployment(name = EAR, managed = false, testable = false)
    static EnterpriseArchive application() {
        return Ear.named(EAR)
                .group(EAR)
                .library(Archives.class, SqlClient.class, Notebook.class, Surroundings.class, SharedHandler.class)
                .web(module("left").with(LeftDesk.class, LeftHandler.class))
                .web(module("right").with(RightDesk.class, RightHandler.class))
                .build();
    }

    private static Web module(String side) {
        return Web.module(side + "-web")
                .setting("test.side", "setting of the " + side + " module")
                .entry("side", "entry of the " + side + " module");
    }

    @BeforeEach
    void deploy() {
        deployer.deploy(EAR);
        groups.awaitOwned("modules:left", "modules:right", "modules:shared");
    }

    @AfterEach
    void undeploy() {
        deployer.undeploy(EAR);
        assertThat(SERVER.problems(mark)).isEmpty();
    }

    @Test
    void eachHandlerRunsInTheSurroundingsOfItsModule() {
        database.publish("words", "\"one\"");

        eventually(() -> {
            assertThat(seen("left")).containsExactly(LEFT);
            assertThat(seen("right")).containsExactly(RIGHT);
            assertThat(seen("shared")).hasSize(1);
        });
        assertThat(seen("shared").get(0))
                .isIn(LEFT.replaceFirst("^[^|]*", "none"), RIGHT.replaceFirst("^[^|]*", "none"));
    }

    @Test
    void eachEventComesToEachHandlerExactlyOnceAndInOrder() {
        var words = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        words.forEach(word -> database.publish("words", '"' + word + '"'));

        eventually(() -> assertThat(database.list("select word from notes")).hasSize(3 * words.size()));
        throughout(
                Duration.ofMillis(500),
                () -> assertThat(List.of("left", "right", "shared"))
                        .allSatisfy(handler -> assertThat(words(handler)).isEqualTo(words)));
        assertThat(groups.nodes()).as("one engine for both modules").hasSize(1);
    }

    @Test
    void readinessTellsOfAllHandlersInOneCheck() {
        eventually(() -> {
            var checks = Health.ready(SERVER).checks();
            assertThat(checks).hasSize(1);
            assertThat(checks.get(0).getString("status")).isEqualTo("UP");
            assertThat(checks.get(0).getJsonObject("data").keySet()).contains("left.lag", "right.lag", "shared.lag");
        });
    }

    private List<String> seen(String handler) {
        return database.list("select bean || '|' || seen from notes where handler = ?", handler);
    }

    private List<String> words(String handler) {
        return database.list("select word from notes where handler = ? order by number", handler);
    }
}
