package io.github.pgmb.sample.launcher.server;

import fish.payara.micro.BootstrapException;
import fish.payara.micro.PayaraMicro;
import fish.payara.micro.boot.AdminCommandRunner;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Runs Payara Micro with one application, for as long as the launcher lives.
 *
 * <p>Arguments: the HTTP port, the application's file. A byte on standard input asks it to stop; the end of standard
 * input means that the launcher has died, and then nothing is worth waiting for.
 */
public final class ServerMain {

    private static final String CONFIG = "configs.config.server-config.";

    private ServerMain() {}

    public static void main(String[] args) throws BootstrapException {
        watchLauncher();
        // Its loader of nested jars does not know multi-release jars: Yasson would write every record as {}.
        PayaraMicro.unpackJars();
        var payara = PayaraMicro.getInstance().setHttpPort(Integer.parseInt(args[0]));
        payara.setPreBootHandler(ServerMain::configure);
        var runtime = payara.bootStrap();
        if (!runtime.deploy("shop", "/", new File(args[1]))) {
            System.err.println("The application could not be deployed.");
            System.exit(1);
        }
    }

    /** One server that nobody but this machine can reach, and that calls nobody. */
    private static void configure(AdminCommandRunner payara) {
        set(payara, "network-config.network-listeners.network-listener.http-listener.address=127.0.0.1");
        set(payara, "hazelcast-config-specific-configuration.enabled=false");
        set(payara, "phone-home-runtime-configuration.enabled=false");
    }

    private static void set(AdminCommandRunner payara, String setting) {
        payara.run("set", CONFIG + setting);
    }

    private static void watchLauncher() {
        var input = System.in;
        var watch = new Thread(
                () -> {
                    try {
                        if (input.read() >= 0) {
                            System.exit(0);
                        }
                        Runtime.getRuntime().halt(1);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "watch-launcher");
        watch.setDaemon(true);
        watch.start();
    }
}
