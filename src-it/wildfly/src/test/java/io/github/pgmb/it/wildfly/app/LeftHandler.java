package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import javax.naming.NamingException;

/** In the left module only. */
@ApplicationScoped
public class LeftHandler {

    @Inject
    Notebook notebook;

    @Inject
    LeftDesk desk;

    @PgmbObserves(topics = "words", name = "left")
    void note(String word) throws NamingException {
        notebook.note("left", word, desk.label());
    }
}
