package io.github.pgmb.it.wildfly.app;

import jakarta.enterprise.context.ApplicationScoped;

/** A bean of the left module only. */
@ApplicationScoped
public class LeftDesk {

    String label() {
        return "desk of the left module";
    }
}
