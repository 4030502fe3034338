package io.github.pgmb.bench.app;

import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.bench.load.Arrivals;
import io.github.pgmb.bench.load.SampleOrder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.transaction.Transactional;

/** The handlers: each has a topic of its own, and does nothing but count. */
@ApplicationScoped
public class Orders {

    private final Arrivals arrivals = new Arrivals();

    Arrivals arrivals() {
        return arrivals;
    }

    @PgmbObserves(topics = "bench.record", name = "record")
    void asRecord(EventBatch<SampleOrder> batch) {
        arrivals.handled(batch.size());
    }

    @PgmbObserves(topics = "bench.json", name = "json")
    void asJson(EventBatch<JsonObject> batch) {
        arrivals.handled(batch.size());
    }

    @PgmbObserves(topics = "bench.text", name = "text")
    void asText(EventBatch<String> batch) {
        arrivals.handled(batch.size());
    }

    @Transactional
    @PgmbObserves(topics = "bench.transactional", name = "transactional")
    void inTransaction(EventBatch<SampleOrder> batch) {
        arrivals.handled(batch.size());
    }
}
