package io.github.pgmb.internal.cdi;

import io.github.pgmb.Event;
import io.github.pgmb.PgmbException;
import io.github.pgmb.internal.db.StoredEvent;
import io.github.pgmb.internal.engine.Handling;
import io.github.pgmb.spi.PayloadMapper;
import jakarta.enterprise.event.ObserverException;
import jakarta.enterprise.inject.spi.ObserverMethod;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;

/** Handles events by notifying the handler's CDI observer, so that the container resolves, injects and intercepts. */
final class ObserverHandling implements Handling {

    private final DeclaredHandler handler;
    private final PayloadMapper mapper;
    private final RequestScope requestScope;
    private final ObserverMethod<Object> observer;

    @SuppressWarnings("unchecked") // the container made it for the parameter that the argument is built for
    ObserverHandling(DeclaredHandler handler, PayloadMapper mapper, RequestScope requestScope) {
        this.handler = handler;
        this.mapper = mapper;
        this.requestScope = requestScope;
        this.observer = (ObserverMethod<Object>) handler.observer();
    }

    @Override
    public Object read(StoredEvent stored) {
        return new Event<>(stored.id(), stored.topic(), payload(stored), metadata(stored));
    }

    @Override
    @SuppressWarnings("unchecked") // as read returns them
    public void handle(List<Object> events) throws Exception {
        var argument = handler.parameter()
                .argument(events.stream().map(event -> (Event<Object>) event).toList());
        requestScope.run(() -> deliver(argument));
    }

    private void deliver(Object argument) throws Exception {
        try {
            observer.notify(new Delivery(argument, observer));
        } catch (ObserverException wrapper) {
            // What it wraps says what happened; the wrapper has no message.
            if (wrapper.getCause() instanceof Error error) {
                throw error;
            }
            throw wrapper.getCause() instanceof Exception thrown ? thrown : wrapper;
        }
    }

    private Object payload(StoredEvent stored) {
        var type = handler.parameter().payload();
        try {
            return mapper.fromJson(stored.payload(), type);
        } catch (RuntimeException misfit) {
            throw new PgmbException(
                    "PGMB-0451: handler " + handler.name() + " cannot read the payload of event " + stored.id()
                            + " of topic " + stored.topic() + " as " + type.getTypeName() + ": " + misfit.getMessage(),
                    misfit);
        }
    }

    private JsonObject metadata(StoredEvent stored) {
        return stored.metadata() == null
                ? JsonValue.EMPTY_JSON_OBJECT
                : (JsonObject) mapper.fromJson(stored.metadata(), JsonObject.class);
    }
}
