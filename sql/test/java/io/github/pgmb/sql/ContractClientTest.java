package io.github.pgmb.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.test.postgres.LongForm;
import io.github.pgmb.test.postgres.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client gets that knows the contract and nothing else. */
@Timeout(120)
class ContractClientTest {
    private static final String GROUP = "a group whose id is longer than forty-eight characters";
    private static final int EVENTS = LongForm.or(1_000, 20_000);
    private static final int CLIENTS = 3;
    private static final int TICKS = LongForm.or(500, 5_000);

    @RegisterExtension
    static final TestDatabase db = Pgmb.installed();

    @RegisterExtension
    final Sessions sessions = new Sessions(db);

    private Pgmb pgmb;
    private ContractClient one;
    private ContractClient other;

    @BeforeEach
    void twoClients() throws SQLException {
        pgmb = sessions.open();
        pgmb.forgetEverything();
        pgmb.run(
                "drop table if exists public.effects; create table public.effects (no bigserial, topic text, client int)");
        one = new ContractClient(sessions.open(), GROUP);
        other = new ContractClient(sessions.open(), GROUP);
    }

    @Test
    void oneClientReadsAndStoresWhatItPublished() throws SQLException {
        one.subscribe("e.topic <> s.params->>'not'", "{\"not\": \"b\"}", null);
        List<String> ids = one.publish(List.of("a", "b", "c"));
        assertThat(one.topicsOf(ids)).containsExactly("a", "b", "c");
        assertThat(one.poll()).isEqualTo(2);
        assertThat(one.poll()).isZero();
        assertThat(one.next(1)).containsExactly(new ContractClient.Event(ids.get(0), "a", "1"));
        assertThat(other.next(1)).isEmpty();
        assertThat(one.next(9)).containsExactly(new ContractClient.Event(ids.get(2), "c", "1"));
        assertThat(one.next(9)).isEmpty();
        assertThat(one.store(session -> {}, true)).isTrue();
        assertThat(other.next(9)).isEmpty();
        List<String> more = other.publishWithIds(List.of("d"));
        other.poll();
        assertThat(other.next(9)).extracting(ContractClient.Event::id).isEqualTo(more);
        other.release();
        assertThat(one.next(9)).hasSize(1);
    }

    @Test
    void aClientThatVanishesIsReplaced() throws Exception {
        pgmb.run("set pgmb.reader_lease = '300 ms'");
        ContractClient vanishing = new ContractClient(pgmb, GROUP);
        one.subscribe("TRUE", "{}", null);
        one.publish(List.of("a", "b"));
        one.poll();
        assertThat(vanishing.next(1)).hasSize(1);
        vanishing.store(session -> {}, false);
        assertThat(vanishing.next(1)).hasSize(1);
        assertThat(one.next(9)).isEmpty();
        Thread.sleep(400);
        assertThat(one.next(9)).extracting(ContractClient.Event::topic).containsExactly("b");
        assertThat(vanishing.store(session -> {}, false)).isFalse();
        assertThat(vanishing.next(9)).isEmpty();
    }

    @Test
    void settingsTakeEffectAtOnce() throws SQLException {
        one.subscribe("TRUE", "{}", null);
        one.publish(List.of("a", "b", "c"));
        one.poll();
        String chunkSize = pgmb.text("select pgmb.get_config_value('poll_chunk_size')");
        one.configure("poll_chunk_size", "2");
        assertThat(pgmb.rows("select * from pgmb.read_next_events(?, peek => true)", GROUP))
                .hasSize(2);
        one.configure("poll_chunk_size", chunkSize);
        assertThat(pgmb.rows("select * from pgmb.read_next_events(?, peek => true)", GROUP))
                .hasSize(3);
    }

    @Test
    void whoExpiresIsForgottenAndMayComeBack() throws SQLException {
        String subscription = one.subscribe("TRUE", "{}", "1 hour");
        assertThat(one.deleteExpired()).isEmpty();
        pgmb.run("update pgmb.subscriptions set last_active_at = now() - interval '2 hours'");
        one.stayActive(subscription);
        assertThat(one.deleteExpired()).isEmpty();
        pgmb.run("update pgmb.subscriptions set last_active_at = now() - interval '2 hours'");
        assertThat(other.deleteExpired()).containsExactly(subscription);
        one.publish(List.of("missed"));
        assertThat(one.poll()).isZero();
        String again = one.subscribe("TRUE", "{}", "1 hour");
        one.publish(List.of("a"));
        one.poll();
        assertThat(one.next(9)).extracting(ContractClient.Event::topic).containsExactly("a");
        one.unsubscribe(again);
        one.publish(List.of("b"));
        assertThat(one.poll()).isZero();
    }

    /** A reader is nearly always at the end of its group: ticks commit while it looks. */
    @Test
    void whoReadsFasterThanOthersPublishSkipsNothing() throws Exception {
        one.subscribe("TRUE", "{}", null);
        List<String> published = new ArrayList<>();
        List<String> read = new ArrayList<>();
        AtomicBoolean done = new AtomicBoolean();
        sessions.atOnce(List.of(
                () -> {
                    for (int tick = 0; tick < TICKS; tick++) {
                        published.addAll(other.publish(List.of("a", "b")));
                        other.poll();
                    }
                    done.set(true);
                    return null;
                },
                () -> {
                    boolean isLast = false;
                    while (!isLast) {
                        // Asked before, so that the last read sees everything.
                        boolean isDone = done.get();
                        List<ContractClient.Event> next = one.next(1);
                        next.forEach(event -> read.add(event.id()));
                        isLast = isDone && next.isEmpty();
                    }
                    return null;
                }));
        assertThat(read).isEqualTo(published);
    }

    /** Clients that fall silent, are replaced, and go on as if nothing had happened. */
    @Test
    void nothingIsSkippedAndNothingIsStoredTwice() throws Exception {
        long seed = Seed.chosen();
        one.subscribe("TRUE", "{}", null);
        List<Callable<Integer>> tasks = new ArrayList<>();
        AtomicInteger stored = new AtomicInteger();
        for (int n = 0; n < CLIENTS; n++) {
            int number = n;
            Pgmb session = sessions.open();
            tasks.add(() -> consume(number, session, new Random(seed + number), stored));
        }
        Pgmb publisher = sessions.open();
        tasks.add(() -> publish(new ContractClient(publisher, GROUP), new Random(seed)));
        List<Integer> results = sessions.atOnce(tasks);
        assertThat(pgmb.column("select topic from public.effects order by no"))
                .as("seed %d", seed)
                .isEqualTo(IntStream.rangeClosed(1, EVENTS)
                        .mapToObj(Integer::toString)
                        .toList());
        assertThat(pgmb.number("select count(distinct client) from public.effects"))
                .isEqualTo(CLIENTS);
        assertThat(results.subList(0, CLIENTS)).as("were replaced").anyMatch(refused -> refused > 0);
    }

    private static int publish(ContractClient client, Random random) throws SQLException {
        for (int published = 0; published < EVENTS; ) {
            List<String> topics = IntStream.rangeClosed(
                            published + 1, Math.min(EVENTS, published + 1 + random.nextInt(20)))
                    .mapToObj(Integer::toString)
                    .toList();
            if (random.nextBoolean()) {
                client.publish(topics);
            } else {
                client.publishWithIds(topics);
            }
            published += topics.size();
        }
        return EVENTS;
    }

    /** Until all is stored by whomever; returns how often it was refused. */
    private static int consume(int number, Pgmb session, Random random, AtomicInteger stored) throws Exception {
        ContractClient client = new ContractClient(session, GROUP);
        int refused = 0;
        while (stored.get() < EVENTS) {
            client.poll();
            List<ContractClient.Event> events = client.next(1 + random.nextInt(10));
            if (events.isEmpty()) {
                Thread.sleep(1);
                continue;
            }
            int behaviour = random.nextInt(10);
            if (behaviour == 0) {
                session.run("update pgmb.nodes set renewed_at = clock_timestamp() - interval '1 minute'"
                        + " where node = pgmb.reader()");
                Thread.sleep(random.nextInt(20));
            }
            ContractClient.Effect effect = transaction -> {
                for (ContractClient.Event event : events) {
                    transaction.run("insert into public.effects (topic, client) values (?, ?)", event.topic(), number);
                }
            };
            if (client.store(effect, behaviour == 1)) {
                stored.addAndGet(events.size());
            } else {
                refused++;
            }
        }
        return refused;
    }
}
