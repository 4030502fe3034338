package io.github.pgmb.bench.app;

import io.github.pgmb.Broker;
import io.github.pgmb.NewEvent;
import io.github.pgmb.bench.load.Load;
import io.github.pgmb.bench.load.Load.Completion;
import io.github.pgmb.bench.load.Load.Publishing;
import io.github.pgmb.bench.load.Pool;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.time.Duration;
import java.util.function.Function;

/** Runs one round as fast as it goes; the answer is the outcome as text. */
@Path("throughput")
public class ThroughputResource {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Inject
    Broker broker;

    @Inject
    Payloads payloads;

    @Inject
    Orders orders;

    @Inject
    BareTable bareTable;

    @Resource
    ManagedThreadFactory threads;

    /** What of the round the address says. */
    public static class Request {
        @QueryParam("events")
        int events;

        @QueryParam("batch")
        int batch;

        @QueryParam("publishers")
        int publishers;

        @QueryParam("postmaster")
        long postmaster;

        Load load() {
            return new Load(events, batch, publishers);
        }
    }

    @GET
    @Path("{kind}")
    public String round(@PathParam("kind") String kind, @BeanParam Request request) throws Exception {
        return request.load()
                .run(threads, request.postmaster, publishing(kind), completion(kind, request.events))
                .toText();
    }

    private Publishing publishing(String kind) {
        return switch (kind) {
            case "bare" -> (first, end) -> bareTable.insert(payloads.texts().batch(first, end, Function.identity()));
            case "record" -> to("bench.record", payloads.records());
            case "transactional" -> to("bench.transactional", payloads.records());
            case "json" -> to("bench.json", payloads.objects());
            case "text" -> to("bench.text", payloads.texts());
            default -> throw new NotFoundException(kind);
        };
    }

    private Publishing to(String topic, Pool<?> pool) {
        return (first, end) -> broker.publish(pool.batch(first, end, payload -> NewEvent.of(topic, payload)));
    }

    private Completion completion(String kind, int events) {
        if ("bare".equals(kind)) {
            return Load.PUBLISHED;
        }
        var arrivals = orders.arrivals();
        arrivals.expect(events);
        return () -> arrivals.awaitAll(LIMIT);
    }
}
