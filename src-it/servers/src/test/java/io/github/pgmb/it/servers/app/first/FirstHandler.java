package io.github.pgmb.it.servers.app.first;

import io.github.pgmb.PgmbObserves;
import io.github.pgmb.it.servers.app.Notebook;
import io.github.pgmb.it.servers.app.Word;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Notes each word within its transaction. */
@ApplicationScoped
public class FirstHandler {

    @Inject
    Notebook notebook;

    @PgmbObserves(topics = "word", name = "first")
    @Transactional
    public void onWord(Word word) throws Exception {
        notebook.note(word, "first", FirstHandler.class);
    }
}
