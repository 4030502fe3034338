package io.github.pgmb.internal.cdi;

import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Writes what {@link PayloadReader} reads: all components of a record, null included, but no empty optionals. Thread-safe. */
final class PayloadWriter {

    private final Jsonb jsonb;
    private final RecordShapes shapes;
    private final JsonProvider json = JsonProvider.provider();

    PayloadWriter(Jsonb jsonb, RecordShapes shapes) {
        this.jsonb = jsonb;
        this.shapes = shapes;
    }

    JsonValue write(@Nullable Object value) {
        if (value == null) {
            return JsonValue.NULL;
        }
        if (value instanceof JsonValue ready) {
            return ready;
        }
        if (value instanceof String string) {
            return json.createValue(string);
        }
        return switch (shapes.mapping(value.getClass())) {
            case OPTIONAL -> write(content(value));
            case SCALAR -> scalar(value);
            case RECORD -> components(value);
            default -> container(value);
        };
    }

    /** Floating-point numbers are left to JSON-B, which knows what to do with those that JSON does not have. */
    private JsonValue scalar(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? JsonValue.TRUE : JsonValue.FALSE;
        }
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return json.createValue(((Number) value).longValue());
        }
        return value instanceof BigDecimal number ? json.createValue(number) : leaf(value);
    }

    private JsonValue components(Object instance) {
        var object = json.createObjectBuilder();
        for (var component : shapes.shape(instance.getClass()).components()) {
            var value = component.of(instance);
            if (value == null || !Records.isOptional(value.getClass()) || content(value) != null) {
                object.add(component.member(), write(value));
            }
        }
        return object.build();
    }

    private static @Nullable Object content(Object optional) {
        if (optional instanceof OptionalInt number) {
            return number.isPresent() ? number.getAsInt() : null;
        }
        if (optional instanceof OptionalLong number) {
            return number.isPresent() ? number.getAsLong() : null;
        }
        if (optional instanceof OptionalDouble number) {
            return number.isPresent() ? number.getAsDouble() : null;
        }
        return ((Optional<?>) optional).orElse(null);
    }

    private JsonValue container(Object value) {
        if (value instanceof Map<?, ?> map) {
            var object = json.createObjectBuilder();
            map.forEach((key, content) -> object.add(name(key), write(content)));
            return object.build();
        }
        if (value instanceof Object[] array) {
            return elements(Arrays.asList(array));
        }
        // not any Iterable: java.nio.file.Path is one of itself
        return value instanceof Collection<?> collection ? elements(collection) : leaf(value);
    }

    private JsonValue elements(Collection<?> elements) {
        var array = json.createArrayBuilder();
        elements.forEach(element -> array.add(write(element)));
        return array.build();
    }

    private String name(@Nullable Object key) {
        if (key == null) {
            throw new IllegalArgumentException("a map with the key null cannot become a JSON object");
        }
        var written = write(key);
        return written instanceof JsonString string ? string.getString() : written.toString();
    }

    private JsonValue leaf(Object value) {
        try (var reader = json.createReader(new StringReader(jsonb.toJson(value)))) {
            return reader.readValue();
        }
    }
}
