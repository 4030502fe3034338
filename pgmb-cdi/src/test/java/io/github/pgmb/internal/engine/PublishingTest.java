package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.Received.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.pgmb.NewEvent;
import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.engine.EngineStatus.Phase;
import io.github.pgmb.test.postgres.TestDatabase;
import jakarta.json.Json;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** What is accepted for publishing, and what is said about the rest. */
class PublishingTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private TestNode node;

    @BeforeEach
    void start() {
        node = new TestNode(DATABASE.dataSource()).start();
        await(() -> node.engine().status().phase() == Phase.RUNNING);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private void assertRefused(String code, String part, NewEvent... events) {
        assertThatThrownBy(() -> node.broker().publish(List.of(events)))
                .isInstanceOf(PgmbException.class)
                .hasMessageStartingWith(code)
                .hasMessageContaining(part);
    }

    @Test
    void saysThatNothingWasPublishedWhenTheDatabaseRefuses() {
        var away = new PGSimpleDataSource();
        away.setURL("jdbc:postgresql://localhost:1/nowhere");
        assertThatThrownBy(() -> new TestNode(away).connected().publish("t", "1"))
                .isInstanceOf(PgmbException.class)
                .hasMessageStartingWith("PGMB-0104: the events were not published")
                .hasCauseInstanceOf(SQLException.class);
    }

    @Test
    void acceptsATopicOf255Characters() {
        assertThat(node.publish("\uD83D\uDE00".repeat(255), "1")).hasSize(1);
    }

    @Test
    void namesTheEventWithATopicThatIsTooLong() {
        assertRefused(
                "PGMB-0101", "event 1 has 256 characters", NewEvent.of("t", "1"), NewEvent.of("t".repeat(256), "1"));
    }

    @Test
    void refusesAnEmptyTopicAndOneWithNul() {
        assertRefused("PGMB-0101", "event 0", NewEvent.of("", "1"));
        assertRefused("PGMB-0101", "event 0", NewEvent.of("a\0b", "1"));
    }

    @Test
    void refusesTheTopicOfRetries() {
        assertRefused("PGMB-0105", "event 1", NewEvent.of("t", "1"), NewEvent.of("pgmb-retry", "1"));
    }

    @Test
    void refusesNulInAPayloadAndInMetadata() {
        assertRefused("PGMB-0103", "payload of event 0", NewEvent.of("t", "\"a\\u0000\""));
        var metadata = Json.createObjectBuilder().add("a", "\0").build();
        assertRefused("PGMB-0103", "metadata of event 0", new NewEvent("t", "1", metadata));
    }

    @Test
    void acceptsABackslashBeforeWhatOnlyLooksLikeNul() {
        assertThat(node.publish("t", "\"\\\\u0000\"")).hasSize(1);
    }

    @Test
    void saysThatPayloadsCannotBeMapped() {
        assertRefused("PGMB-0102", "java.lang.Integer", NewEvent.of("t", 1));
    }

    @Test
    void publishesNothingForAnEmptyList() {
        assertThat(node.broker().publish(List.of())).isEmpty();
    }

    @Test
    void storesNothingOfABatchOfWhichOneEventIsRefused() throws Exception {
        assertThatThrownBy(() -> node.publish("t", "1", "{not json")).isInstanceOf(PgmbException.class);
        try (var connection = DATABASE.connect();
                var query = connection.createStatement();
                var row = query.executeQuery("select count(*) from pgmb.events where topic = 't' and payload = '1'")) {
            row.next();
            assertThat(row.getInt(1)).isZero();
        }
    }
}
