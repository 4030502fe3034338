package io.github.pgmb.internal.cdi;

import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import io.github.pgmb.internal.engine.HandlerDefinition.Unit;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a handler takes its events.
 *
 * @param payload what a payload is read as
 */
record EventParameter(Form form, Type payload) {

    /** The accepted types of the first parameter, for a payload {@code T}. */
    enum Form {
        /** {@code T} */
        PAYLOAD,
        /** {@code Event<T>} */
        EVENT,
        /** {@code EventBatch<T>} */
        BATCH,
        /** {@code List<Event<T>>} */
        LIST
    }

    static EventParameter of(Type parameter) {
        var raw = TypeBindings.raw(parameter);
        if (raw == Event.class) {
            return new EventParameter(Form.EVENT, argument(parameter));
        }
        if (raw == EventBatch.class) {
            return new EventParameter(Form.BATCH, argument(parameter));
        }
        if (raw == List.class && TypeBindings.raw(argument(parameter)) == Event.class) {
            return new EventParameter(Form.LIST, argument(argument(parameter)));
        }
        return new EventParameter(Form.PAYLOAD, parameter);
    }

    Unit unit() {
        return form == Form.BATCH || form == Form.LIST ? Unit.BATCH : Unit.EVENT;
    }

    /** @param events exactly one for a form that takes single events */
    Object argument(List<Event<Object>> events) {
        return switch (form) {
            case PAYLOAD -> events.get(0).payload();
            case EVENT -> events.get(0);
            case BATCH -> new EventBatch<>(events);
            case LIST -> List.copyOf(events);
        };
    }

    /** @param jsonb whether the rules of JSON-B hold */
    Stream<Finding> findings(boolean jsonb) {
        return raw() ? Stream.of(rawForm()) : PayloadTypes.findings(payload, jsonb);
    }

    private boolean raw() {
        return payload == Event.class || payload == EventBatch.class || payload == List.class;
    }

    private Finding rawForm() {
        return new Finding(
                DeploymentError.EVENT_FORM,
                "takes " + TypeBindings.raw(payload).getSimpleName() + " without the type of its payload");
    }

    /** The raw type itself if it has no argument, which {@link #findings} tells. */
    private static Type argument(Type type) {
        return type instanceof ParameterizedType parameterized ? parameterized.getActualTypeArguments()[0] : type;
    }
}
