package io.github.pgmb.it.payara;

import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.PgmbObserves;
import io.github.pgmb.Retry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.SessionScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.io.Serializable;
import java.util.List;

/** Each handler has a mistake of its own. */
@ApplicationScoped
public class WrongHandlers {

    @PgmbObserves(topics = "any")
    void withoutParameter() {
        throw new UnsupportedOperationException();
    }

    @PgmbObserves
    void withoutInterest(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "*.any")
    void badTopic(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(conditionsSql = "true", params = "[]")
    void badParams(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", name = "Bad Name")
    void badName(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", name = "twice")
    void oneName(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", name = "twice")
    void sameName(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any")
    @SuppressWarnings("rawtypes") // that is the mistake
    void rawEvent(Event payload) {
        throw new UnsupportedOperationException(payload.toString());
    }

    @PgmbObserves(topics = "any")
    void unreadable(Runnable payload) {
        throw new UnsupportedOperationException(payload.toString());
    }

    @Transactional(TxType.REQUIRES_NEW)
    @PgmbObserves(topics = "any")
    void ownTransaction(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @Transactional
    @PgmbObserves(topics = "any")
    @SuppressWarnings("UnusedMethod") // nobody could call it
    private void notIntercepted(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any")
    List<String> withResult(String payload) {
        return List.of(payload);
    }

    @PgmbObserves(topics = "any", retry = @Retry(delays = "soon"))
    void badDelay(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", retry = @Retry(delays = "PT1S", maxAttempts = 3))
    void bothKindsOfDelays(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", splitBy = "/payload/customer")
    void splitEvent(String payload) {
        throw new UnsupportedOperationException(payload);
    }

    @PgmbObserves(topics = "any", splitBy = "customer")
    void badPointer(EventBatch<String> payloads) {
        throw new UnsupportedOperationException(payloads.toString());
    }

    /** Belongs to a scope that is not active. */
    @SessionScoped
    public static class OfSession implements Serializable {

        private static final long serialVersionUID = 1L;

        @PgmbObserves(topics = "any")
        void ofSession(String payload) {
            throw new UnsupportedOperationException(payload);
        }
    }
}
