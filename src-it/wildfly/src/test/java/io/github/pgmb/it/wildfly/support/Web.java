package io.github.pgmb.it.wildfly.support;

import java.util.ArrayList;
import java.util.List;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Builds a WAR, to be deployed alone or in an EAR. */
public final class Web {

    private final WebArchive war;
    private final Settings settings = new Settings();
    private final List<String> entries = new ArrayList<>();

    private Web(String name) {
        war = ShrinkWrap.create(WebArchive.class, name + ".war").addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
    }

    public static Web module(String name) {
        return new Web(name);
    }

    public Web with(Class<?>... classes) {
        war.addClasses(classes);
        return this;
    }

    /** With the broker in its WEB-INF/lib, as a WAR has it that is deployed alone. */
    public Web withBroker() {
        war.addAsLibraries(Archives.broker());
        return this;
    }

    public Web group(String id) {
        settings.ofGroup(id);
        return this;
    }

    public Web setting(String key, String value) {
        settings.set(key, value);
        return this;
    }

    /** In java:comp/env. */
    public Web entry(String name, String value) {
        entries.add("""
                <env-entry>
                  <env-entry-name>%s</env-entry-name>
                  <env-entry-type>java.lang.String</env-entry-type>
                  <env-entry-value>%s</env-entry-value>
                </env-entry>
                """.formatted(name, value));
        return this;
    }

    public WebArchive build() {
        if (!settings.isEmpty()) {
            war.addAsResource(settings.asset(), Settings.FILE);
        }
        return war.setWebXML(new StringAsset("""
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                %s
                </web-app>
                """.formatted(String.join("", entries))));
    }
}
