package io.github.pgmb.it.payara.container;

import java.nio.file.Path;
import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.arquillian.protocol.servlet5.ServletMethodExecutor;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.api.exporter.ZipExporter;
import org.jboss.shrinkwrap.descriptor.api.Descriptor;

/**
 * Deploys to one Payara Micro that runs all the time. Payara's own {@code arquillian-payara-micro-managed} starts a server for
 * each deployment, half a minute each, and could not show what an application leaves behind in the server.
 */
public final class MicroContainer implements DeployableContainer<MicroContainer.Configuration> {

    /** There is nothing to configure. */
    public static final class Configuration implements ContainerConfiguration {

        @Override
        public void validate() {
            // nothing to validate
        }
    }

    @Override
    public Class<Configuration> getConfigurationClass() {
        return Configuration.class;
    }

    @Override
    public void setup(Configuration configuration) {
        // nothing to set up
    }

    @Override
    public void start() {
        PayaraServer.shared();
    }

    @Override
    public void stop() {
        // It ends with this JVM.
    }

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Servlet 6.0");
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        var name = name(archive);
        var file = Path.of("target", "payara", archive.getName()).toAbsolutePath();
        archive.as(ZipExporter.class).exportTo(file.toFile(), true);
        var server = PayaraServer.shared();
        try {
            server.deploy(name, file);
        } catch (IllegalStateException refused) {
            throw new DeploymentException(refused.getMessage(), refused);
        }
        var context = new HTTPContext("127.0.0.1", server.httpPort());
        context.add(new Servlet(ServletMethodExecutor.ARQUILLIAN_SERVLET_NAME, "/" + name));
        return new ProtocolMetaData().addContext(context);
    }

    @Override
    public void undeploy(Archive<?> archive) {
        PayaraServer.shared().undeploy(name(archive));
    }

    @Override
    @Deprecated // there
    public void deploy(Descriptor descriptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated // there
    public void undeploy(Descriptor descriptor) {
        throw new UnsupportedOperationException();
    }

    private static String name(Archive<?> archive) {
        return archive.getName().replace(".war", "");
    }
}
