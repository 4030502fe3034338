package io.github.pgmb.internal.engine;

import static io.github.pgmb.internal.engine.TestHandlers.after;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.pgmb.internal.LogLines;
import io.github.pgmb.internal.db.Interest;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import io.github.pgmb.test.postgres.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two connections for everything: nobody holds one while waiting for another. */
class SmallPoolTest {

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.empty();

    private static final int EVENTS = 300;
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofMillis(50);

    private final TestSql sql = new TestSql(DATABASE);
    private final SmallPool pool = new SmallPool(DATABASE.dataSource(), 2);
    private TestNode node;

    @BeforeEach
    void emptyDatabase() {
        sql.withoutSchema();
        sql.execute("drop table if exists effects");
        sql.execute("create table effects (handler text, event_id text)");
        node = new TestNode(pool.dataSource());
    }

    @AfterEach
    void stopNode() throws Exception {
        node.close();
        pool.close();
    }

    private void handler(String name, Unit unit, Acknowledging acknowledging) {
        node.handler(TestHandlers.handler(
                name,
                new Interest(List.of("t"), "", "{}"),
                unit,
                acknowledging,
                after(SOON, SOON, SOON, SOON, SOON, SOON),
                events -> {
                    for (var event : events) {
                        node.execute("insert into effects values ('" + name + "', '" + event.id() + "')");
                    }
                    if (Math.floorMod(System.nanoTime() >> 10, 20) == 0) {
                        throw new IllegalStateException("at random");
                    }
                }));
    }

    @Test
    void isEnoughForHandlersPublishersAndTheLease() throws Exception {
        for (var acknowledging : Acknowledging.values()) {
            handler("batches-" + acknowledging.name().length(), Unit.BATCH, acknowledging);
            for (var n = 0; n < 3; n++) {
                handler("events-" + n + "-" + acknowledging.name().length(), Unit.EVENT, acknowledging);
            }
        }
        try (var lines = LogLines.of("io.github.pgmb")) {
            node.owning();
            var epochs = sql.rows("select group_no || ' ' || epoch from pgmb.group_owner order by 1");
            var failed = new AtomicReference<Throwable>();
            var publishers = Stream.generate(() -> new Thread(() -> publish(failed)))
                    .limit(2)
                    .toList();
            publishers.forEach(Thread::start);
            for (var publisher : publishers) {
                publisher.join();
            }
            assertThat(failed.get()).isNull();
            Received.await(
                    LONG, () -> sql.count("pgmb.group_status where lag > 0") == 0 && sql.count("pgmb.retries") == 0);
            assertThat(sql.rows("select group_no || ' ' || epoch from pgmb.group_owner order by 1"))
                    .isEqualTo(epochs);
            assertThat(lines.said()).noneMatch(line -> line.contains("PGMB-0302") || line.contains("PGMB-0205"));
        }
        assertThat(sql.rows("select distinct count(distinct event_id) from effects group by handler"))
                .containsExactly(Integer.toString(2 * EVENTS));
        assertThat(sql.rows("select distinct count(*) from effects where handler like '%-14' group by handler"))
                .containsExactly(Integer.toString(2 * EVENTS));
    }

    private void publish(AtomicReference<Throwable> failed) {
        try {
            for (var n = 0; n < EVENTS / 3; n++) {
                node.transactions().inTransaction(Duration.ZERO, () -> node.publish("t", "1", "2"));
                node.publish("t", "3");
            }
        } catch (Exception | AssertionError e) {
            failed.set(e);
        }
    }
}
