package io.github.pgmb.internal.cdi;

import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads strings, booleans and numbers of the language exactly; JSON-B would turn any of them into any other. */
final class JsonScalars {

    private static final Map<Class<?>, Function<JsonNumber, Object>> NUMBERS = Map.of(
            int.class,
            JsonNumber::intValueExact,
            long.class,
            JsonNumber::longValueExact,
            short.class,
            number -> number.bigDecimalValue().shortValueExact(),
            byte.class,
            number -> number.bigDecimalValue().byteValueExact(),
            double.class,
            JsonNumber::doubleValue,
            BigDecimal.class,
            JsonNumber::bigDecimalValue,
            float.class,
            number -> (float) number.doubleValue());

    private static final Map<Class<?>, Class<?>> PRIMITIVES = Map.of(
            Integer.class, int.class,
            Long.class, long.class,
            Short.class, short.class,
            Byte.class, byte.class,
            Double.class, double.class,
            Float.class, float.class,
            Boolean.class, boolean.class);

    private JsonScalars() {}

    static boolean isScalar(Class<?> type) {
        var primitive = primitive(type);
        return type == String.class || primitive == boolean.class || NUMBERS.containsKey(primitive);
    }

    static Object read(JsonValue value, Class<?> type, JsonPath path) {
        var read = value(value, primitive(type), path);
        if (read == null) {
            throw new PayloadMismatch(path, "is " + describe(value) + ", not " + type.getSimpleName());
        }
        return read;
    }

    /** A JSON value in messages: its kind, without data that might be confidential. */
    static String describe(JsonValue value) {
        return switch (value.getValueType()) {
            case TRUE, FALSE -> "a boolean";
            case NULL -> "null";
            case ARRAY, OBJECT -> "an " + value.getValueType().name().toLowerCase(Locale.ROOT);
            default -> "a " + value.getValueType().name().toLowerCase(Locale.ROOT);
        };
    }

    private static @Nullable Object value(JsonValue value, Class<?> primitive, JsonPath path) {
        if (value instanceof JsonString string && primitive == String.class) {
            return string.getString();
        }
        if (value instanceof JsonNumber number && NUMBERS.containsKey(primitive)) {
            return number(number, primitive, path);
        }
        return primitive != boolean.class ? null : bool(value);
    }

    private static Object number(JsonNumber number, Class<?> primitive, JsonPath path) {
        try {
            return java.util.Objects.requireNonNull(NUMBERS.get(primitive)).apply(number);
        } catch (ArithmeticException inexact) {
            throw new PayloadMismatch(path, "is " + number + ", which is no " + primitive, inexact);
        }
    }

    private static @Nullable Boolean bool(JsonValue value) {
        return switch (value.getValueType()) {
            case TRUE -> true;
            case FALSE -> false;
            default -> null;
        };
    }

    private static Class<?> primitive(Class<?> type) {
        return PRIMITIVES.getOrDefault(type, type);
    }
}
