package io.github.pgmb.it.servers.app.beans;

import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.servers.app.Notebook;
import io.github.pgmb.it.servers.app.Word;
import jakarta.ejb.Stateless;
import jakarta.inject.Inject;

/** Notes each word within its transaction. */
@Stateless
public class StatelessHandler {

    @Inject
    Notebook notebook;

    @PgmbObserves(topics = "word", name = "beans")
    public void onWord(Word word) throws Exception {
        notebook.note(word, "beans", StatelessHandler.class);
    }
}
