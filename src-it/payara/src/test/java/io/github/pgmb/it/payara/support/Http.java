package io.github.pgmb.it.payara.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Requests to this machine. */
public final class Http {

    public static final int OK = 200;
    /** The system property, in the server as in the tests' JVM, that holds the port of the applications. */
    public static final String PORT_PROPERTY = "pgmb.it.http-port";

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private Http() {}

    /** The answer of the server that has the applications. */
    public static HttpResponse<String> get(String path) {
        return get(Integer.getInteger(PORT_PROPERTY), path);
    }

    public static HttpResponse<String> get(int port, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(LIMIT)
                .build();
        try {
            return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(path + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
