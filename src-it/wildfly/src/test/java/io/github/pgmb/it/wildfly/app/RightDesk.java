package io.github.pgmb.it.wildfly.app;

import jakarta.enterprise.context.ApplicationScoped;

/** A bean of the right module only. */
@ApplicationScoped
public class RightDesk {

    String label() {
        return "desk of the right module";
    }
}
