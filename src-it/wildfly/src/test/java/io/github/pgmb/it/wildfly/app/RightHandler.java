package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import javax.naming.NamingException;

/** In the right module only. */
@ApplicationScoped
public class RightHandler {

    @Inject
    Notebook notebook;

    @Inject
    RightDesk desk;

    @PgmbObserves(topics = "words", name = "right")
    void note(String word) throws NamingException {
        notebook.note("right", word, desk.label());
    }
}
