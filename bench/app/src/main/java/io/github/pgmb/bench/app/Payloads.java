package io.github.pgmb.bench.app;

import io.github.pgmb.bench.load.Pool;
import io.github.pgmb.bench.load.SampleOrder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;

/** The same orders as objects of each type that is measured. */
@ApplicationScoped
public class Payloads {

    private final Pool<SampleOrder> records = Pool.of(order -> order);
    private final Pool<JsonObject> objects = Pool.of(Payloads::object);
    private final Pool<String> texts = Pool.of(SampleOrder::json);

    Pool<SampleOrder> records() {
        return records;
    }

    Pool<JsonObject> objects() {
        return objects;
    }

    Pool<String> texts() {
        return texts;
    }

    private static JsonObject object(SampleOrder order) {
        try (var reader = Json.createReader(new StringReader(order.json()))) {
            return reader.readObject();
        }
    }
}
