package io.github.pgmb.it.wildfly.app;

import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import javax.naming.NamingException;

/** In a library that all modules share. */
@ApplicationScoped
public class SharedHandler {

    @Inject
    Notebook notebook;

    @PgmbObserves(topics = "words", name = "shared")
    void note(String word) throws NamingException {
        notebook.note("shared", word, "none");
    }
}
