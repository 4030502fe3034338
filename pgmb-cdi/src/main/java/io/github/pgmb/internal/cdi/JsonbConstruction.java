package io.github.pgmb.internal.cdi;

import jakarta.json.bind.annotation.JsonbCreator;
import jakarta.json.bind.annotation.JsonbTypeAdapter;
import jakarta.json.bind.annotation.JsonbTypeDeserializer;
import jakarta.json.bind.annotation.JsonbTypeInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Stream;

/** Whether JSON-B can build instances of a class. */
final class JsonbConstruction {

    private static final List<Class<? extends Annotation>> CUSTOM =
            List.of(JsonbTypeAdapter.class, JsonbTypeDeserializer.class, JsonbTypeInfo.class);

    /** Abstract types of the JDK for which JSON-B knows what to build, besides collections and maps. */
    private static final Set<Class<?>> KNOWN = Set.of(
            Number.class, CharSequence.class, Iterable.class, Calendar.class, TimeZone.class, java.time.ZoneId.class);

    private JsonbConstruction() {}

    static Optional<String> problem(Class<?> type) {
        if (isKnown(type) || isCustom(type)) {
            return Optional.empty();
        }
        if (Modifier.isAbstract(type.getModifiers())) {
            return Optional.of("is " + (type.isInterface() ? "an interface" : "abstract")
                    + " without @JsonbTypeInfo, @JsonbTypeAdapter or @JsonbTypeDeserializer");
        }
        return fromJdk(type) || isConstructible(type)
                ? Optional.empty()
                : Optional.of("has neither a public or protected constructor without parameters nor @JsonbCreator");
    }

    static boolean isCustom(Class<?> type) {
        return CUSTOM.stream().anyMatch(type::isAnnotationPresent);
    }

    static boolean hasCreator(Class<?> type) {
        return Stream.concat(Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
                .anyMatch(executable -> executable.isAnnotationPresent(JsonbCreator.class));
    }

    private static boolean isKnown(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || type.isRecord()
                || KNOWN.contains(type)
                || (fromJdk(type) && (Collection.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type)));
    }

    private static boolean fromJdk(Class<?> type) {
        return type.getName().startsWith("java.");
    }

    private static boolean isConstructible(Class<?> type) {
        return hasCreator(type)
                || Arrays.stream(type.getDeclaredConstructors())
                        .filter(constructor -> constructor.getParameterCount() == 0)
                        .anyMatch(JsonbConstruction::isVisible);
    }

    private static boolean isVisible(Constructor<?> constructor) {
        return (constructor.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }
}
