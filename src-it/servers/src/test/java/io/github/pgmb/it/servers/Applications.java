package io.github.pgmb.it.servers;

import io.github.pgmb.Broker;
import io.github.pgmb.it.servers.app.Notebook;
import io.github.pgmb.it.servers.app.Word;
import io.github.pgmb.it.servers.app.beans.StatelessHandler;
import io.github.pgmb.it.servers.app.first.FirstHandler;
import io.github.pgmb.it.servers.app.first.PublishServlet;
import io.github.pgmb.it.servers.app.first.Publisher;
import io.github.pgmb.it.servers.app.second.SecondHandler;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** The application in its two forms. */
final class Applications {

    private static final String CONFIGURATION = "META-INF/microprofile-config.properties";

    private Applications() {}

    /** Everything in one web module, named and at the context root {@code first}. */
    static WebArchive war() {
        return first().addClasses(Word.class, Notebook.class)
                .addAsLibraries(broker())
                .addAsResource(new StringAsset(settings("war") + "\napp.module=first"), CONFIGURATION);
    }

    /** Two web modules and an EJB jar; what they share, the broker and its settings lie in {@code lib}. */
    static EnterpriseArchive ear() {
        return ShrinkWrap.create(EnterpriseArchive.class, "ear.ear")
                .addAsLibraries(broker())
                .addAsLibrary(shared())
                .addAsModule(first().addAsResource(new StringAsset("app.module=first"), CONFIGURATION))
                .addAsModule(second().addAsResource(new StringAsset("app.module=second"), CONFIGURATION))
                .addAsModule(beans());
    }

    private static WebArchive first() {
        return web("first").addClasses(FirstHandler.class, Publisher.class, PublishServlet.class);
    }

    private static WebArchive second() {
        return web("second").addClasses(SecondHandler.class);
    }

    private static WebArchive web(String name) {
        return ShrinkWrap.create(WebArchive.class, name + ".war")
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .setWebXML(new StringAsset("""
                        <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                          <env-entry>
                            <env-entry-name>module</env-entry-name>
                            <env-entry-type>java.lang.String</env-entry-type>
                            <env-entry-value>%s</env-entry-value>
                          </env-entry>
                        </web-app>
                        """.formatted(name)));
    }

    private static JavaArchive beans() {
        return ShrinkWrap.create(JavaArchive.class, "beans.jar")
                .addClasses(StatelessHandler.class)
                .addAsManifestResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsManifestResource(new StringAsset("""
                        <ejb-jar xmlns="https://jakarta.ee/xml/ns/jakartaee" version="4.0">
                          <enterprise-beans>
                            <session>
                              <ejb-name>StatelessHandler</ejb-name>
                              <env-entry>
                                <env-entry-name>module</env-entry-name>
                                <env-entry-type>java.lang.String</env-entry-type>
                                <env-entry-value>beans</env-entry-value>
                              </env-entry>
                            </session>
                          </enterprise-beans>
                        </ejb-jar>
                        """), "ejb-jar.xml");
    }

    private static JavaArchive shared() {
        return ShrinkWrap.create(JavaArchive.class, "shared.jar")
                .addClasses(Word.class, Notebook.class)
                .addAsManifestResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsResource(new StringAsset(settings("ear")), CONFIGURATION);
    }

    private static String settings(String groupId) {
        return """
                pgmb.group-id=%s
                pgmb.datasource=%s
                """.formatted(groupId, Notebook.DATA_SOURCE);
    }

    private static File[] broker() {
        return new File[] {
            jarOf(Broker.class.getResource("Broker.class")), jarOf(Broker.class.getResource("sql/pgmb.sql"))
        };
    }

    private static File jarOf(URL content) {
        try {
            return new File(((JarURLConnection) content.openConnection())
                    .getJarFileURL()
                    .toURI());
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(content.toString(), e);
        }
    }
}
