package io.github.pgmb.it.wildfly.app;

/** One instance for each class loader that has initialised it, for as long as that class loader is there. */
public final class Canary {

    private static final Canary ALIVE = new Canary();

    private Canary() {}

    public static Canary alive() {
        return ALIVE;
    }
}
