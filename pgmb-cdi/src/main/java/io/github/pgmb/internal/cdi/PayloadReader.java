package io.github.pgmb.internal.cdi;

import io.github.pgmb.internal.cdi.RecordShapes.Mapping;
import jakarta.json.JsonValue;
import jakarta.json.bind.Jsonb;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Reads records, and what contains them, strictly; leaves everything else to JSON-B. Thread-safe. */
final class PayloadReader {

    private final Jsonb jsonb;
    private final RecordShapes shapes;
    private final ContainerReader containers = new ContainerReader(this);

    PayloadReader(Jsonb jsonb, RecordShapes shapes) {
        this.jsonb = jsonb;
        this.shapes = shapes;
    }

    /** Whether this class has rules of its own for a type. */
    boolean reads(Type type) {
        return shapes.mapping(TypeBindings.upperBound(type)) != Mapping.LEAF;
    }

    @Nullable
    Object read(JsonValue value, Type declared, JsonPath path) {
        var type = TypeBindings.upperBound(declared);
        var raw = TypeBindings.raw(type);
        var mapping = shapes.mapping(type);
        if (mapping == Mapping.OPTIONAL) {
            return optional(value, type, path);
        }
        if (mapping == Mapping.JSON && raw.isInstance(value)) {
            return value;
        }
        if (value.getValueType() == JsonValue.ValueType.NULL) {
            return nothing(raw, path);
        }
        return switch (mapping) {
            case SCALAR -> JsonScalars.read(value, raw, path);
            case RECORD -> ofComponents(value, type, path);
            case CONTAINER -> containers.read(value, type, path);
            case JSON ->
                throw new PayloadMismatch(path, "is " + JsonScalars.describe(value) + ", not " + raw.getSimpleName());
            default -> leaf(value.toString(), type, path);
        };
    }

    private Object ofComponents(JsonValue value, Type type, JsonPath path) {
        if (value.getValueType() != JsonValue.ValueType.OBJECT) {
            throw new PayloadMismatch(path, "is " + JsonScalars.describe(value) + ", not an object");
        }
        var shape = shapes.shape(type);
        var object = value.asJsonObject();
        var arguments = new @Nullable Object[shape.components().size()];
        for (var i = 0; i < arguments.length; i++) {
            var component = shape.components().get(i);
            arguments[i] = component(object.get(component.member()), component.type(), path.member(component.member()));
        }
        return build(shape, arguments, path);
    }

    private @Nullable Object component(@Nullable JsonValue member, Type type, JsonPath path) {
        if (member != null) {
            return read(member, type, path);
        }
        if (shapes.mapping(TypeBindings.upperBound(type)) == Mapping.OPTIONAL) {
            return optional(JsonValue.NULL, type, path);
        }
        throw new PayloadMismatch(path, "is missing");
    }

    private static Object build(RecordShape shape, @Nullable Object[] arguments, JsonPath path) {
        try {
            return shape.build(arguments);
        } catch (RuntimeException refused) {
            throw new PayloadMismatch(path, "is refused by its constructor: " + refused.getMessage(), refused);
        }
    }

    private static @Nullable Object nothing(Class<?> raw, JsonPath path) {
        if (raw.isPrimitive()) {
            throw new PayloadMismatch(path, "is null, not " + raw);
        }
        return null;
    }

    private Object optional(JsonValue value, Type type, JsonPath path) {
        var raw = TypeBindings.raw(type);
        var present = value.getValueType() != JsonValue.ValueType.NULL;
        if (raw == OptionalInt.class) {
            return present ? OptionalInt.of((int) JsonScalars.read(value, int.class, path)) : OptionalInt.empty();
        }
        if (raw == OptionalLong.class) {
            return present ? OptionalLong.of((long) JsonScalars.read(value, long.class, path)) : OptionalLong.empty();
        }
        if (raw == OptionalDouble.class) {
            return present
                    ? OptionalDouble.of((double) JsonScalars.read(value, double.class, path))
                    : OptionalDouble.empty();
        }
        var content = TypeBindings.argument(type, Optional.class, 0).orElse(Object.class);
        return present ? Optional.ofNullable(read(value, content, path)) : Optional.empty();
    }

    /** @param json a JSON text */
    Object leaf(String json, Type type, JsonPath path) {
        try {
            var read = (@Nullable Object) jsonb.fromJson(json, type);
            if (read != null) {
                return read;
            }
        } catch (RuntimeException misfit) {
            throw new PayloadMismatch(
                    path,
                    "is not " + type.getTypeName() + ": " + rootCause(misfit).getMessage(),
                    misfit);
        }
        throw new PayloadMismatch(path, "is null");
    }

    private static Throwable rootCause(Throwable thrown) {
        return thrown.getCause() == null ? thrown : rootCause(thrown.getCause());
    }
}
