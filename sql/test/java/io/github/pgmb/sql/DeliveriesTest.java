package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.github.pgmb.sql.Pgmb.Delivery;
import io.github.pgmb.sql.Pgmb.Event;
import io.github.pgmb.sql.Pgmb.Ownership;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How the events of a tick become the numbered deliveries of a group. */
class DeliveriesTest {
    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private static int groups;

    private final String group = "group-" + ++groups;
    private Pgmb pgmb;

    @BeforeEach
    void open() throws SQLException {
        pgmb = sessions.open();
        pgmb.dispatch();
    }

    @Test
    void positionsAreGaplessOverTicks() throws SQLException {
        pgmb.subscribe(group, "e.topic like '" + group + "%'");
        for (int tick = 0; tick < 5; tick++) {
            pgmb.publishNumbered(group, 3);
            pgmb.publish("other");
            pgmb.tick();
        }
        assertThat(pgmb.deliveries(group)).extracting(Delivery::lastPosition).containsExactly(3L, 6L, 9L, 12L, 15L);
        assertThat(pgmb.deliveries(group))
                .allSatisfy(row -> assertThat(row.eventIds()).hasSize(3));
        assertThat(pgmb.head(group)).isEqualTo(15);
    }

    @Test
    void aRowHoldsAtMost64Events() throws SQLException {
        pgmb.subscribe(group, "e.topic = '" + group + "'");
        pgmb.publishNumbered(group, 200);
        pgmb.tick();
        assertThat(pgmb.deliveries(group)).extracting(Delivery::lastPosition).containsExactly(64L, 128L, 192L, 200L);
        assertThat(pgmb.deliveries(group))
                .extracting(row -> row.eventIds().size())
                .containsExactly(64, 64, 64, 8);
    }

    @Test
    void aRowStartsWhereTheSubscriptionsChange() throws SQLException {
        String all = pgmb.subscribe(group, "e.topic in ('a', 'b')");
        String some = pgmb.subscribe(group, "e.topic = 'b'");
        for (String topic : List.of("a", "a", "b", "b", "b", "a")) {
            pgmb.publish(topic);
        }
        pgmb.tick();
        assertThat(pgmb.deliveries(group)).extracting(Delivery::lastPosition).containsExactly(2L, 5L, 6L);
        assertThat(pgmb.deliveries(group))
                .extracting(Delivery::subscriptionIds)
                .containsExactly(List.of(all), sorted(all, some), List.of(all));
        assertThat(pgmb.received(group)).containsExactly("a", "a", "b", "b", "b", "a");
    }

    @Test
    void anEventOfTwoSubscriptionsAppearsOnce() throws SQLException {
        String topical = pgmb.subscribeToTopics(group, group);
        String other = pgmb.subscribe(group, "e.topic = '" + group + "'");
        String id = pgmb.publish(group);
        pgmb.tick();
        assertThat(pgmb.deliveries(group)).containsExactly(new Delivery(1, List.of(id), sorted(topical, other)));
    }

    @Test
    void anEventThatMatchesTwoTopicsOfASubscriptionAppearsOnce() throws SQLException {
        String subscription = pgmb.subscribeToTopics(group, group + ".x", group + ".*");
        String id = pgmb.publish(group + ".x");
        pgmb.tick();
        assertThat(pgmb.deliveries(group)).containsExactly(new Delivery(1, List.of(id), List.of(subscription)));
    }

    @Test
    void aDirectEventGoesToItsSubscriptionOnly() throws SQLException {
        String named = pgmb.subscribe(group, "e.topic = 'never'");
        pgmb.subscribe(group, "e.topic = 'direct'");
        pgmb.subscribeToTopics(group + "-other", "direct");
        String id = pgmb.publishTo(named, "direct");
        pgmb.tick();
        assertThat(pgmb.deliveries(group)).containsExactly(new Delivery(1, List.of(id), List.of(named)));
        assertThat(pgmb.received(group + "-other")).isEmpty();
    }

    @Test
    void aDirectEventToNobodyIsDispatchedToNobody() throws SQLException {
        pgmb.subscribe(group, Pgmb.ALL);
        pgmb.publishTo("su-gone", "direct");
        pgmb.publish("next");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("next");
    }

    @Test
    void groupsCountByThemselves() throws SQLException {
        pgmb.subscribe(group, "e.topic = 'a'");
        pgmb.subscribe(group + "-all", "e.topic in ('a', 'b')");
        for (String topic : List.of("b", "a", "b", "a")) {
            pgmb.publish(topic);
        }
        pgmb.tick();
        assertThat(pgmb.head(group)).isEqualTo(2);
        assertThat(pgmb.head(group + "-all")).isEqualTo(4);
    }

    @Test
    void groupsOfTheSameTopicsReceiveTheSameEachForItsOwnSubscriptions() throws SQLException {
        String other = group + "-other";
        String mixed = group + "-mixed";
        String also = group + "-also";
        String first = pgmb.subscribeToTopics(group, "x", "y");
        String second = pgmb.subscribeToTopics(other, "x", "y");
        String third = pgmb.subscribeToTopics(mixed, "x");
        String fourth = pgmb.subscribeToTopics(mixed, "y");
        String fifth = pgmb.subscribeToTopics(also, "x", "y");
        String sixth = pgmb.subscribe(also, "e.topic in ('y', 'z')");
        pgmb.subscribe(other, "e.topic = 'never'");
        pgmb.publish("x");
        pgmb.tick();
        pgmb.publish("x");
        pgmb.publish("y");
        pgmb.publish("z");
        pgmb.tick();
        assertThat(pgmb.deliveries(group))
                .extracting(Delivery::lastPosition, Delivery::subscriptionIds)
                .containsExactly(tuple(1L, List.of(first)), tuple(3L, List.of(first)));
        assertThat(pgmb.deliveries(other))
                .extracting(Delivery::lastPosition, Delivery::subscriptionIds)
                .containsExactly(tuple(1L, List.of(second)), tuple(3L, List.of(second)));
        assertThat(pgmb.deliveries(mixed))
                .extracting(Delivery::lastPosition, Delivery::subscriptionIds)
                .containsExactly(tuple(1L, List.of(third)), tuple(2L, List.of(third)), tuple(3L, List.of(fourth)));
        assertThat(pgmb.deliveries(also))
                .extracting(Delivery::lastPosition, Delivery::subscriptionIds)
                .containsExactly(
                        tuple(1L, List.of(fifth)),
                        tuple(2L, List.of(fifth)),
                        tuple(3L, sorted(fifth, sixth)),
                        tuple(4L, List.of(sixth)));
        assertThat(pgmb.deliveries(group))
                .extracting(Delivery::eventIds)
                .isEqualTo(
                        pgmb.deliveries(other).stream().map(Delivery::eventIds).toList());
    }

    @Test
    void readsAnyPartOfTheRowsInOrder() throws SQLException {
        Ownership owned = pgmb.own("reader", group);
        pgmb.publishNumbered("a", 150);
        pgmb.tick();
        List<String> ids = pgmb.receivedIds(group);
        for (int after : new int[] {0, 1, 63, 64, 65, 100, 149}) {
            for (int atMost : new int[] {1, 10, 64, 200}) {
                List<Event> read = pgmb.read("reader", owned, after, atMost);
                assertThat(read)
                        .extracting(Event::id)
                        .as("%d after %d", atMost, after)
                        .isEqualTo(ids.subList(after, Math.min(ids.size(), after + atMost)));
                assertThat(read).first().matches(event -> event.position() == after + 1);
            }
        }
        assertThat(pgmb.read("reader", owned, 150, 10)).isEmpty();
    }

    @Test
    void anEventThatIsNoLongerInTheLogIsReadAsNulls() throws SQLException {
        Ownership owned = pgmb.own("reader", group);
        pgmb.publish("a");
        String gone = pgmb.publish("b");
        pgmb.tick();
        pgmb.run("delete from pgmb.events where id = ?", gone);
        assertThat(pgmb.read("reader", owned, 0, 10)).extracting(Event::topic).containsExactly("a", null);
    }

    @Test
    void aGroupThatIsMadeAgainMeetsNoOldRows() throws SQLException {
        pgmb.subscribe(group, Pgmb.ALL);
        pgmb.publish("old");
        pgmb.tick();
        pgmb.publish("old, not dispatched");
        pgmb.run("delete from pgmb.subscription_groups where id = ?", group);
        pgmb.tick();
        Ownership owned = pgmb.own("reader", group);
        pgmb.publish("new");
        pgmb.tick();
        assertThat(pgmb.received(group)).containsExactly("new");
        assertThat(pgmb.head(group)).isEqualTo(1);
        assertThat(pgmb.read("reader", owned, 0, 10)).extracting(Event::topic).containsExactly("new");
    }

    @Test
    void theStatusTellsPositionHeadAndLag() throws SQLException {
        Ownership owned = pgmb.own("reader", group);
        pgmb.publishNumbered("a", 10);
        pgmb.tick();
        pgmb.advance("reader", owned, 0, 4);
        assertThat(pgmb.rows(
                        "select position, head, lag, owner, owner_alive from pgmb.group_status where group_id = ?",
                        group))
                .containsExactly(List.of("4", "10", "6", "reader", "t"));
    }

    private static List<String> sorted(String... ids) {
        return Stream.of(ids).sorted().toList();
    }
}
