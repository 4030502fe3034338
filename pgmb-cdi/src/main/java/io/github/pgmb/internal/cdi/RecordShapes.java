package io.github.pgmb.internal.cdi;

import jakarta.json.JsonValue;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What has been found out about types, since reflection for each payload costs more than all the rest of reading it. As
 * long-lived as the mapper, so that it keeps no class of an undeployed application. Thread-safe.
 */
final class RecordShapes {

    private final Map<Type, RecordShape> shapes = new ConcurrentHashMap<>();
    private final Map<Type, Mapping> mappings = new ConcurrentHashMap<>();

    /** Who maps values of a type. */
    enum Mapping {
        OPTIONAL,
        /** A JSON value remains as it is. */
        JSON,
        SCALAR,
        RECORD,
        /** An array, collection or map of records. */
        CONTAINER,
        /** JSON-B. */
        LEAF;

        /** For a type that is no wildcard. */
        static Mapping of(Type type) {
            var raw = TypeBindings.raw(type);
            if (Records.isOptional(raw)) {
                return OPTIONAL;
            }
            if (JsonValue.class.isAssignableFrom(raw)) {
                return JSON;
            }
            if (JsonScalars.isScalar(raw)) {
                return SCALAR;
            }
            if (Records.isOwn(raw)) {
                return RECORD;
            }
            return Records.occurIn(type) ? CONTAINER : LEAF;
        }
    }

    Mapping mapping(Type type) {
        return known(mappings, type, Mapping::of);
    }

    /** The shape of a record, with type variables of its components resolved. */
    RecordShape shape(Type type) {
        return known(shapes, type, RecordShape::of);
    }

    /** computeIfAbsent would lock for what is there nearly always. */
    private static <T> T known(Map<Type, T> cache, Type type, java.util.function.Function<Type, T> find) {
        var found = cache.get(type);
        return found != null ? found : cache.computeIfAbsent(type, find);
    }
}
