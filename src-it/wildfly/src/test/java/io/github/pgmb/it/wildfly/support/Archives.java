package io.github.pgmb.it.wildfly.support;

import io.github.pgmb.Broker;
import java.io.File;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.spec.JavaArchive;

/** What applications are made of. */
public final class Archives {

    /** The server has it, and it leads to {@link Postgres#database()}. */
    public static final String DATA_SOURCE = "java:jboss/datasources/pgmb";

    private Archives() {}

    /** A jar with CDI beans. */
    public static JavaArchive jar(String name, Class<?>... classes) {
        return ShrinkWrap.create(JavaArchive.class, name + ".jar")
                .addClasses(classes)
                .addAsManifestResource(EmptyAsset.INSTANCE, "beans.xml");
    }

    static File[] broker() {
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
