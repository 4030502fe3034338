package io.github.pgmb.internal.cdi;

import jakarta.json.bind.annotation.JsonbAnnotation;
import jakarta.json.bind.annotation.JsonbProperty;
import jakarta.json.bind.annotation.JsonbTypeInfo;
import jakarta.json.bind.annotation.JsonbTypeSerializer;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** Which types this module maps itself, since JSON-B implementations are lenient about or fail for them. */
final class Records {

    private static final Set<Class<?>> OPTIONALS =
            Set.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class);

    private Records() {}

    /** A record whose class is not customised for JSON-B: those remain JSON-B's. */
    static boolean isOwn(Class<?> type) {
        return type.isRecord()
                && !JsonbConstruction.isCustom(type)
                && !type.isAnnotationPresent(JsonbTypeSerializer.class)
                && !JsonbConstruction.hasCreator(type)
                && !isPolymorphic(type);
    }

    static boolean isOptional(Class<?> type) {
        return OPTIONALS.contains(type);
    }

    /** Whether {@code type} is one of ours, or a collection, map or array of them. */
    static boolean occurIn(Type type) {
        var raw = TypeBindings.raw(type);
        return isOwn(raw)
                || isOptional(raw)
                || (raw.isArray() && occurIn(componentType(type)))
                || (type instanceof ParameterizedType parameterized
                        && Arrays.stream(parameterized.getActualTypeArguments()).anyMatch(Records::occurIn));
    }

    static Type componentType(Type array) {
        return array instanceof java.lang.reflect.GenericArrayType generic
                ? generic.getGenericComponentType()
                : TypeBindings.raw(array).getComponentType();
    }

    /** The name of a component's JSON member. */
    static String memberName(RecordComponent component) {
        return annotations(component)
                .filter(JsonbProperty.class::isInstance)
                .map(annotation -> ((JsonbProperty) annotation).value())
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse(component.getName());
    }

    /** The name of an annotation of JSON-B on a component that is not honoured. */
    static Optional<String> customisation(RecordComponent component) {
        return annotations(component)
                .map(Annotation::annotationType)
                .filter(type -> type.isAnnotationPresent(JsonbAnnotation.class) && type != JsonbProperty.class)
                .map(Class::getSimpleName)
                .findFirst();
    }

    private static boolean isPolymorphic(Class<?> type) {
        return Arrays.stream(type.getInterfaces())
                .anyMatch(parent -> parent.isAnnotationPresent(JsonbTypeInfo.class) || isPolymorphic(parent));
    }

    /** The compiler copies annotations of a component to whatever they may stand on. */
    private static Stream<Annotation> annotations(RecordComponent component) {
        return Stream.<AnnotatedElement>of(field(component), component.getAccessor())
                .flatMap(element -> Arrays.stream(element.getAnnotations()));
    }

    private static AnnotatedElement field(RecordComponent component) {
        try {
            return component.getDeclaringRecord().getDeclaredField(component.getName());
        } catch (NoSuchFieldException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
