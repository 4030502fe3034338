package io.github.pgmb.sample.payara;

import fish.payara.micro.BootstrapException;
import fish.payara.micro.PayaraMicro;
import fish.payara.micro.boot.AdminCommandRunner;
import java.io.File;

/**
 * Runs Payara Micro with one application, or ends with an exit code other than 0 if that cannot be deployed.
 *
 * <p>Arguments: the HTTP port, the application's file.
 */
public final class PayaraMain {

    private static final String NAME = "shop";
    private static final String CONFIG = "configs.config.server-config.";

    private PayaraMain() {}

    public static void main(String[] args) throws BootstrapException {
        // Its loader of nested jars does not know multi-release jars: Yasson would write every record as {}.
        PayaraMicro.unpackJars();
        var payara = PayaraMicro.getInstance().setHttpPort(Integer.parseInt(args[0]));
        payara.setPreBootHandler(PayaraMain::configure);
        var runtime = payara.bootStrap();
        // What deploy returns says nothing: true, too, of an application that has failed.
        runtime.deploy(NAME, "/", new File(args[1]));
        if (!runtime.getDeployedApplicationNames().contains(NAME)) {
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
}
