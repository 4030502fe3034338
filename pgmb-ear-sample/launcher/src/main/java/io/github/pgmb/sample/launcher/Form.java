package io.github.pgmb.sample.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What the sample runs as. */
enum Form {
    EAR("WildFly with shop, back office and shipping"),
    WAR("Payara Micro with the shop");

    private final String description;

    Form(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }

    /** Lays out the files of a new server process. What a former one on this port has left is gone then. */
    ServerStart prepare(Installation installation, int port, ShopDatabase database) {
        try {
            return switch (this) {
                case EAR -> WildFly.prepare(installation, port, database);
                case WAR -> PayaraMicro.prepare(installation, port, database);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
