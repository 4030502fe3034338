package io.github.pgmb.it.servers;

import static io.github.pgmb.test.postgres.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.it.servers.server.Server;
import io.github.pgmb.test.postgres.TestDatabase;
import java.nio.file.Path;
import java.util.Optional;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** What holds for an application on every server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ApplicationsOnServer {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final Path TARGET = Path.of(System.getProperty("pgmb.it.folder"));
    private static final int REDEPLOYMENTS = 3;
    private static final int LONG_MS = 4000;

    private Database database;
    private Server server;
    private Http http;
    private Optional<Path> deployed = Optional.empty();

    /** Starts one. {@code target} has what the build has unpacked. */
    abstract Server start(Path target, PGSimpleDataSource dataSource);

    /** What a handler in a module of an EAR reads from its own module's configuration file; "none" if nothing. */
    abstract String configurationInEar(String module);

    @BeforeAll
    void start() {
        database = new Database(DATABASE.dataSource());
        database.execute(
                "create table handled (handler text, word text, naming text, configuration text, sees_itself boolean)");
        server = start(TARGET, DATABASE.dataSource());
        http = new Http(server.httpPort());
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @AfterEach
    void undeployWhatATestLeft() {
        deployed.ifPresent(this::undeploy);
    }

    @Test
    void a_war_handles_once_what_is_committed_and_nothing_else() {
        deploy(Applications.war());
        publish("war", 0, false);
        eventually(() -> assertThat(database.handled("war"))
                .containsExactly(new Handled("first", "war", "first", "first", true)));
        assertThat(publish("war in vain", 0, true)).isEqualTo(500);
        assertThat(database.published("war in vain")).isEmpty();
        publish("war again", 0, false);
        eventually(() -> assertThat(database.handlersThatHandled("war again")).containsExactly("first"));
        assertThat(database.handlersThatHandled("war")).containsExactly("first");
    }

    @Test
    void each_module_of_an_ear_handles_in_its_own_surroundings() {
        deploy(Applications.ear());
        publish("ear", 0, false);
        eventually(() -> assertThat(database.handled("ear"))
                .containsExactly(
                        new Handled("beans", "ear", "beans", configurationInEar("beans"), true),
                        new Handled("first", "ear", "first", configurationInEar("first"), true),
                        new Handled("second", "ear", "second", configurationInEar("second"), true)));
        assertThat(publish("ear in vain", 0, true)).isEqualTo(500);
        assertThat(database.published("ear in vain")).isEmpty();
    }

    @Test
    void a_war_that_is_redeployed_leaves_nothing() {
        assertRedeployable(deploy(Applications.war()), "first");
    }

    @Test
    void an_ear_that_is_redeployed_leaves_nothing() {
        assertRedeployable(deploy(Applications.ear()), "beans", "first", "second");
    }

    @Test
    void undeploying_waits_for_handlers_that_run() {
        var ear = deploy(Applications.ear());
        publish("long", LONG_MS, false);
        eventually(() -> assertThat(database.writers()).hasSize(3));
        undeploy(ear);
        assertThat(database.handlersThatHandled("long")).containsExactly("beans", "first", "second");
        assertNothingIsLeft();
    }

    private void assertRedeployable(Path application, String... handlers) {
        for (var round = 1; round <= REDEPLOYMENTS; round++) {
            var word = "round " + round + " of " + application.getFileName();
            publish(word, 0, false);
            eventually(() -> assertThat(database.handlersThatHandled(word)).containsExactly(handlers));
            server.redeploy(application);
        }
        undeploy(application);
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() {
        assertThat(server.brokerThreads()).isEmpty();
        assertThat(database.ownedGroups()).isEmpty();
    }

    private Path deploy(Archive<?> archive) {
        var file = TARGET.resolve(archive.getName());
        archive.as(ZipExporter.class).exportTo(file.toFile(), true);
        deployed = Optional.of(file);
        server.deploy(file);
        awaitReady();
        return file;
    }

    private void undeploy(Path archive) {
        server.undeploy(archive);
        deployed = Optional.empty();
    }

    private void awaitReady() {
        eventually(() -> {
            var health = http.get("/health/ready");
            assertThat(health.statusCode()).as(health.body()).isEqualTo(200);
            assertThat(health.body()).contains("pgmb-ready");
        });
    }

    private int publish(String word, int millis, boolean rollback) {
        return http.get("/first/publish?word=" + word.replace(" ", "%20") + "&millis=" + millis
                        + (rollback ? "&rollback" : ""))
                .statusCode();
    }
}
