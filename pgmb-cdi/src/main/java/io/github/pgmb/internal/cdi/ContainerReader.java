package io.github.pgmb.internal.cdi;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads arrays, collections and maps of records. */
final class ContainerReader {

    /** The first that fits the declared type is built; order is that of the JSON text where the type allows it. */
    private static final List<Map.Entry<Class<?>, Supplier<Object>>> BUILT = List.of(
            Map.entry(ArrayList.class, ArrayList::new),
            Map.entry(LinkedHashSet.class, LinkedHashSet::new),
            Map.entry(NavigableSet.class, TreeSet::new),
            Map.entry(Deque.class, ArrayDeque::new),
            Map.entry(LinkedHashMap.class, LinkedHashMap::new),
            Map.entry(NavigableMap.class, TreeMap::new));

    private final PayloadReader reader;

    ContainerReader(PayloadReader reader) {
        this.reader = reader;
    }

    Object read(JsonValue value, Type type, JsonPath path) {
        var raw = TypeBindings.raw(type);
        if (raw.isArray()) {
            return array(elements(value, Records.componentType(type), path), raw.getComponentType());
        }
        return Map.class.isAssignableFrom(raw) ? map(value, type, path) : collection(value, type, path);
    }

    private static Object array(List<@Nullable Object> elements, Class<?> component) {
        var array = Array.newInstance(component, elements.size());
        for (var i = 0; i < elements.size(); i++) {
            Array.set(array, i, elements.get(i));
        }
        return array;
    }

    @SuppressWarnings("unchecked")
    private Object collection(JsonValue value, Type type, JsonPath path) {
        var element = TypeBindings.argument(type, Iterable.class, 0).orElse(Object.class);
        var collection = (Collection<@Nullable Object>) build(TypeBindings.raw(type), path);
        collection.addAll(elements(value, element, path));
        return collection;
    }

    private List<@Nullable Object> elements(JsonValue value, Type element, JsonPath path) {
        if (!(value instanceof JsonArray array)) {
            throw new PayloadMismatch(path, "is " + JsonScalars.describe(value) + ", not an array");
        }
        var elements = new ArrayList<@Nullable Object>(array.size());
        for (var i = 0; i < array.size(); i++) {
            elements.add(reader.read(array.get(i), element, path.element(i)));
        }
        return elements;
    }

    @SuppressWarnings("unchecked")
    private Object map(JsonValue value, Type type, JsonPath path) {
        if (!(value instanceof JsonObject object)) {
            throw new PayloadMismatch(path, "is " + JsonScalars.describe(value) + ", not an object");
        }
        var key = TypeBindings.argument(type, Map.class, 0).orElse(Object.class);
        var content = TypeBindings.argument(type, Map.class, 1).orElse(Object.class);
        var map = (Map<Object, @Nullable Object>) build(TypeBindings.raw(type), path);
        object.forEach(
                (name, member) -> map.put(key(name, key, path), reader.read(member, content, path.member(name))));
        return map;
    }

    private Object key(String name, Type type, JsonPath path) {
        var raw = TypeBindings.raw(type);
        return raw.isAssignableFrom(String.class) ? name : reader.leaf(quoted(name), type, path.member(name));
    }

    private static String quoted(String name) {
        JsonString string = jakarta.json.Json.createValue(name);
        return string.toString();
    }

    private static Object build(Class<?> raw, JsonPath path) {
        return Stream.of(raw)
                .flatMap(type -> BUILT.stream().filter(known -> type.isAssignableFrom(known.getKey())))
                .findFirst()
                .map(known -> known.getValue().get())
                .orElseGet(() -> buildDeclared(raw, path));
    }

    private static Object buildDeclared(Class<?> raw, JsonPath path) {
        try {
            return raw.getConstructor().newInstance();
        } catch (ReflectiveOperationException none) {
            throw new PayloadMismatch(
                    path, "cannot become " + raw.getName() + ", which has no public constructor", none);
        }
    }
}
