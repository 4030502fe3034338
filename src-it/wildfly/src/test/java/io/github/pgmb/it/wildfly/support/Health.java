package io.github.pgmb.it.wildfly.support;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/**
 * The answer of a server's health endpoint.
 *
 * @param status of HTTP
 * @param checks what the brokers' own checks say, one for each application
 */
public record Health(int status, List<JsonObject> checks) {

    public static final int UP = 200;

    /** One, since the server keeps a hundred connections for a minute and then takes no more. */
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static Health ready(Server server) {
        var answer = get("http://127.0.0.1:" + server.managementPort() + "/health/ready");
        return new Health(answer.statusCode(), checks(answer.body()));
    }

    private static List<JsonObject> checks(String body) {
        try (var reader = Json.createReader(new StringReader(body))) {
            // A server without MicroProfile Health answers for itself alone, with an array.
            return reader.readValue() instanceof JsonObject answer
                    ? answer.getJsonArray("checks").getValuesAs(JsonObject.class).stream()
                            .filter(check -> check.getString("name").equals("pgmb-ready"))
                            .toList()
                    : List.of();
        }
    }

    private static HttpResponse<String> get(String address) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(address + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
