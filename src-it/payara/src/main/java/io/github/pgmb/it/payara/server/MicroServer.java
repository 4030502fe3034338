package io.github.pgmb.it.payara.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fish.payara.micro.PayaraMicro;
import fish.payara.micro.PayaraMicroRuntime;
import fish.payara.micro.boot.AdminCommandRunner;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/**
 * A Payara Micro that takes and drops applications while it runs; as its own program it only takes them when it starts.
 * Arguments: port of the applications, port of the commands. Ends when its standard input does, and so with whoever started it.
 *
 * <p>Commands: {@code GET /deploy?<name>=<file>}, {@code GET /undeploy?<name>}, {@code GET /threads}.
 */
public final class MicroServer {

    private static final int OK = 200;
    private static final int FAILED = 500;

    private final PayaraMicroRuntime payara;

    private MicroServer(PayaraMicroRuntime payara) {
        this.payara = payara;
    }

    public static void main(String[] ports) throws Exception {
        // Its loader of nested jars does not know multi-release jars, which the program itself gets round in this way,
        // too.
        PayaraMicro.unpackJars();
        var payara = PayaraMicro.getInstance().setHttpPort(Integer.parseInt(ports[0]));
        payara.setPrintLogo(false).setPreBootHandler(MicroServer::configure);
        new MicroServer(payara.bootStrap()).listen(Integer.parseInt(ports[1]));
        while (System.in.read() >= 0) {
            // only its end means something
        }
        Runtime.getRuntime().halt(0);
    }

    /** Reachable from this machine only, and alone. */
    private static void configure(AdminCommandRunner payara) {
        set(payara, "network-config.network-listeners.network-listener.http-listener.address=127.0.0.1");
        set(payara, "hazelcast-config-specific-configuration.enabled=false");
        set(payara, "phone-home-runtime-configuration.enabled=false");
    }

    private static void set(AdminCommandRunner payara, String setting) {
        payara.run("set", "configs.config.server-config." + setting);
    }

    private void listen(int port) throws IOException {
        var commands = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        commands.createContext("/deploy", exchange -> answer(exchange, () -> deploy(query(exchange))));
        commands.createContext("/undeploy", exchange -> answer(exchange, () -> undeploy(query(exchange))));
        commands.createContext("/threads", exchange -> answer(exchange, MicroServer::threads));
        commands.start();
    }

    private String deploy(String query) throws IOException {
        var separator = query.indexOf('=');
        var name = query.substring(0, separator);
        payara.deploy(name, name, new File(query.substring(separator + 1)));
        // What deploy() returns is true also for an application that failed.
        if (!payara.getDeployedApplicationNames().contains(name)) {
            throw new IOException("Payara refuses to deploy " + name + "; its log says why");
        }
        return name;
    }

    private String undeploy(String name) {
        payara.undeploy(name);
        return name;
    }

    private static String threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(Collectors.joining("\n"));
    }

    private static String query(HttpExchange exchange) {
        return exchange.getRequestURI().getQuery();
    }

    private static void answer(HttpExchange exchange, Callable<String> command) throws IOException {
        try {
            send(exchange, OK, command.call());
        } catch (Exception e) {
            send(exchange, FAILED, e.toString());
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        var body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
