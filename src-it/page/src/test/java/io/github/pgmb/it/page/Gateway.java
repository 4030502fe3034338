package io.github.pgmb.it.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A reverse proxy before the sample, as companies have it: the page lies below a path of its own here. It can be told to answer
 * nobody. Thread-safe.
 */
final class Gateway implements AutoCloseable {

    private static final String PATH = "/desk";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger looks = new AtomicInteger();
    private final HttpServer server;
    private final String target;
    private volatile boolean closed;

    private Gateway(HttpServer server, int port) {
        this.server = server;
        this.target = "http://127.0.0.1:" + port;
    }

    static Gateway to(Sample sample) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        var gateway = new Gateway(HttpServer.create(loopback, 0), sample.port());
        gateway.server.createContext(PATH + "/", gateway::handle);
        gateway.server.setExecutor(gateway.threads);
        gateway.server.start();
        return gateway;
    }

    URI page() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PATH + "/");
    }

    /** From now on connections end without an answer. */
    void shut() {
        closed = true;
    }

    void open() {
        closed = false;
    }

    /** How often the page has looked at the stock, with or without an answer. */
    int looks() {
        return looks.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestURI().getPath().endsWith("/api/stock")) {
                looks.incrementAndGet();
            }
            if (!closed) {
                forward(exchange);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forward(HttpExchange exchange) throws IOException, InterruptedException {
        var path = exchange.getRequestURI().toString().substring(PATH.length());
        var request = HttpRequest.newBuilder(URI.create(target + path))
                .method(
                        exchange.getRequestMethod(),
                        BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
        var type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type != null) {
            request.header("Content-Type", type);
        }
        var response = client.send(request.build(), BodyHandlers.ofByteArray());
        response.headers().map().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Content-Length") && !name.equalsIgnoreCase("Transfer-Encoding")) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        var body = response.body();
        exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
