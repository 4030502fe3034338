package io.github.pgmb.it.payara.support;

import jakarta.json.Json;
import jakarta.json.JsonObject;
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

    public boolean brokerUp() {
        return check.orElseThrow().getString("status").equals("UP");
    }

    /** An entry of the broker's data, or an empty text if there is none by that name. */
    public String data(String key) {
        var data = check.orElseThrow().getJsonObject("data");
        return data == null || !data.containsKey(key)
                ? ""
                : data.get(key).toString().replaceAll("^\"|\"$", "");
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
