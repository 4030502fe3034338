package io.github.pgmb.it.servers.app.first;

import io.github.pgmb.Broker;
import io.github.pgmb.it.servers.app.Word;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

/** Publishes in a transaction of its own. */
@ApplicationScoped
public class Publisher {

    @Inject
    Broker broker;

    @Transactional
    public void publish(Word word) {
        broker.publish("word", word);
    }

    @Transactional
    public void publishInVain(Word word) {
        broker.publish("word", word);
        throw new IllegalStateException("this transaction is to be rolled back");
    }
}
