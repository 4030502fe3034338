package io.github.pgmb.it.wildfly.support;

import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;

/** Builds an EAR with the broker in its lib. */
public final class Ear {

    private final EnterpriseArchive ear;
    private final Settings settings = new Settings();

    private Ear(String name) {
        ear = ShrinkWrap.create(EnterpriseArchive.class, name + ".ear");
    }

    public static Ear named(String name) {
        return new Ear(name).withBroker();
    }

    /** To compare with. */
    public static Ear withoutBroker(String name) {
        return new Ear(name);
    }

    private Ear withBroker() {
        ear.addAsLibraries(Archives.broker());
        return this;
    }

    /** In a jar of lib, where all modules see them. */
    public Ear group(String id) {
        settings.ofGroup(id);
        return this;
    }

    /** As {@link #group}. */
    public Ear setting(String key, String value) {
        settings.set(key, value);
        return this;
    }

    public Ear library(Class<?>... classes) {
        ear.addAsLibrary(Archives.jar("shared", classes));
        return this;
    }

    public Ear web(Web module) {
        ear.addAsModule(module.build());
        return this;
    }

    public Ear ejb(Class<?>... classes) {
        ear.addAsModule(Archives.jar("desk", classes));
        return this;
    }

    public EnterpriseArchive build() {
        if (!settings.isEmpty()) {
            ear.addAsLibrary(Archives.jar("settings").addAsResource(settings.asset(), Settings.FILE));
        }
        return ear;
    }
}
