package io.github.pgmb.it.payara.support;

import io.github.pgmb.test.postgres.Eventually;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.io.StringReader;
import java.util.Optional;

/**
 * The answer of one of the server's health endpoints.
 *
 * @param up whether all checks are
 * @param check what the broker's own check says; empty if there is none
 */
public record Health(boolean up, Optional<JsonObject> check) {

    public static Health ready() {
        return of("ready");
    }

    public static Health live() {
        return of("live");
    }

    public static Health started() {
        return of("started");
    }

    /** From then on, every handler receives what is published. */
    public static void awaitReady() {
        Eventually.eventually(() -> {
            if (!ready().brokerUp()) {
                throw new AssertionError(ready());
            }
        });
    }

    public boolean brokerUp() {
        return check.filter(broker -> broker.getString("status").equals("UP")).isPresent();
    }

    /** An entry of the broker's data, or an empty text if there is none by that name. */
    public String data(String key) {
        return check.map(broker -> broker.getJsonObject("data"))
                .map(data -> data.get(key))
                .map(value -> value instanceof JsonString text ? text.getString() : value.toString())
                .orElse("");
    }

    private static Health of(String kind) {
        var answer = Http.get("/health/" + kind);
        try (var reader = Json.createReader(new StringReader(answer.body()))) {
            var checks = reader.readObject().getJsonArray("checks");
            return new Health(
                    answer.statusCode() == Http.OK,
                    checks.getValuesAs(JsonObject.class).stream()
                            .filter(check -> check.getString("name").equals("pgmb-" + kind))
                            .findFirst());
        }
    }
}
