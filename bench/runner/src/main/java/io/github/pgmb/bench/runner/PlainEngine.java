package io.github.pgmb.bench.runner;

import io.github.pgmb.NewEvent;
import io.github.pgmb.bench.engine.Handlers;
import io.github.pgmb.bench.engine.PlainNode;
import io.github.pgmb.bench.load.Arrivals;
import io.github.pgmb.bench.load.Load;
import io.github.pgmb.bench.load.Outcome;
import io.github.pgmb.bench.load.Pool;
import io.github.pgmb.bench.load.SampleOrder;
import io.github.pgmb.internal.engine.FailurePolicy;
import io.github.pgmb.internal.engine.HandlerDefinition;
import io.github.pgmb.internal.engine.HandlerDefinition.Acknowledging;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import java.time.Duration;
import java.util.List;

/** A node in this JVM with one handler of batches: the way to the database without container, transactions and JSON mapping. */
final class PlainEngine implements AutoCloseable {

    private static final String TOPIC = "bench.plain";
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final Pool<String> texts = Pool.of(SampleOrder::json);
    private final Arrivals arrivals = new Arrivals();
    private final long postmaster;
    private final PlainNode node;

    PlainEngine(Database database) throws InterruptedException {
        this.postmaster = database.postmaster();
        this.node = new PlainNode(
                PlainNode.pool(database.url(), database.user(), database.password()),
                PlainNode.settings("bench-plain", POLL, LEASE),
                Thread::new,
                transactions -> List.of(handler()));
        node.awaitOwnership();
    }

    private HandlerDefinition handler() {
        return Handlers.of(
                "plain",
                TOPIC,
                Unit.BATCH,
                Acknowledging.AFTER_RETURN,
                FailurePolicy.DEFAULT,
                events -> arrivals.handled(events.size()));
    }

    Outcome play(Load load) throws Exception {
        arrivals.expect(load.events());
        return load.run(
                Thread::new,
                postmaster,
                (first, end) -> node.broker().publish(texts.batch(first, end, text -> NewEvent.of(TOPIC, text))),
                () -> arrivals.awaitAll(LIMIT));
    }

    @Override
    public void close() {
        node.close();
    }
}
