package io.github.pgmb.it.wildfly.app;

import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * What the calling thread sees of the module in whose surroundings it runs.
 *
 * @param module its name
 * @param entry of its web.xml
 * @param setting of its own configuration file
 * @param left whether the thread's class loader has the left module's class
 * @param right whether it has the right module's class
 */
public record Surroundings(String module, String entry, String setting, boolean left, boolean right) {

    @SuppressWarnings("BanJNDI") // names of this test
    public static Surroundings current() throws NamingException {
        return new Surroundings(
                InitialContext.doLookup("java:module/ModuleName"),
                InitialContext.doLookup("java:comp/env/side"),
                ConfigProvider.getConfig().getValue("test.side", String.class),
                isVisible("LeftHandler"),
                isVisible("RightHandler"));
    }

    private static boolean isVisible(String name) {
        try {
            var type = Class.forName(
                    Surroundings.class.getPackageName() + "." + name,
                    false,
                    Thread.currentThread().getContextClassLoader());
            return type != null;
        } catch (ClassNotFoundException elsewhere) {
            return false;
        }
    }
}
