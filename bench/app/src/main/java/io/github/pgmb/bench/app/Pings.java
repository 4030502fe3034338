package io.github.pgmb.bench.app;

import io.github.pgmb.Broker;
import io.github.pgmb.PgmbObserves;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Publishes one event in a transaction, and notes when its handler is entered. */
@ApplicationScoped
public class Pings {

    static final String TOPIC = "bench.ping";

    private final ConcurrentMap<Integer, Long> entered = new ConcurrentHashMap<>();

    @Inject
    Broker broker;

    @Transactional
    public void publish(int number) {
        broker.publish(TOPIC, new Ping(number));
    }

    @PgmbObserves(topics = TOPIC, name = "ping")
    void on(Ping ping) {
        entered.putIfAbsent(ping.number(), System.nanoTime());
    }

    void forget() {
        entered.clear();
    }

    int arrived() {
        return entered.size();
    }

    /** When the handler was entered for this one, as {@link System#nanoTime()} tells. */
    long entered(int number) {
        return Objects.requireNonNull(entered.get(number));
    }
}
