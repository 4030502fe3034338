package io.github.pgmb.it.wildfly.app;

/** A {@link Canary} for the class loader of a web module. */
public final class WebCanary {

    private static final WebCanary ALIVE = new WebCanary();

    private WebCanary() {}

    public static WebCanary alive() {
        return ALIVE;
    }
}
