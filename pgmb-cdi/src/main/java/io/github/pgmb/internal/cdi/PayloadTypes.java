package io.github.pgmb.internal.cdi;

import io.github.pgmb.Event;
import io.github.pgmb.EventBatch;
import jakarta.json.JsonValue;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds out before any event arrives that no payload can ever be read as a type. */
final class PayloadTypes {

    private final boolean jsonb;
    private final Set<Type> seen = new HashSet<>();

    private PayloadTypes(boolean jsonb) {
        this.jsonb = jsonb;
    }

    static Stream<Finding> findings(Type payload, boolean jsonb) {
        return new PayloadTypes(jsonb).findings(payload);
    }

    private Stream<Finding> findings(Type type) {
        if (!seen.add(type)) {
            return Stream.empty();
        }
        if (type instanceof TypeVariable<?> || type instanceof WildcardType) {
            return Stream.of(finding(type, "is not a concrete type"));
        }
        if (type instanceof GenericArrayType array) {
            return findings(array.getGenericComponentType());
        }
        return type instanceof ParameterizedType parameterized ? generic(parameterized) : plain((Class<?>) type);
    }

    private Stream<Finding> generic(ParameterizedType type) {
        var arguments = Stream.of(type.getActualTypeArguments())
                .map(TypeBindings.of(type)::resolve)
                .flatMap(this::findings);
        return Stream.concat(ofClass(TypeBindings.raw(type), type), arguments);
    }

    private Stream<Finding> plain(Class<?> type) {
        return type.isArray() ? findings(type.getComponentType()) : ofClass(type, type);
    }

    private Stream<Finding> ofClass(Class<?> raw, Type type) {
        if (raw == Event.class || raw == EventBatch.class) {
            return Stream.of(new Finding(
                    DeploymentError.EVENT_FORM, "takes " + raw.getSimpleName() + " inside of another type"));
        }
        var problem = problem(raw);
        if (problem.isPresent()) {
            return Stream.of(finding(type, problem.get()));
        }
        return Records.isOwn(raw) && jsonb ? components(raw, type) : Stream.empty();
    }

    private Stream<Finding> components(Class<?> raw, Type type) {
        var bindings = TypeBindings.of(type);
        return Stream.of(raw.getRecordComponents())
                .flatMap(component -> Stream.concat(
                        Records.customisation(component).stream()
                                .map(custom -> finding(
                                        type,
                                        "has @" + custom + " on the component " + component.getName()
                                                + ", where only @JsonbProperty is supported")),
                        findings(bindings.resolve(component.getGenericType()))));
    }

    private Optional<String> problem(Class<?> type) {
        if (type == Void.class || type == void.class) {
            return Optional.of("has no values");
        }
        if (isInner(type)) {
            return Optional.of("is an inner, local or anonymous class");
        }
        return jsonb && !JsonValue.class.isAssignableFrom(type) ? JsonbConstruction.problem(type) : Optional.empty();
    }

    /** Records and enums are static wherever they are declared. */
    private static boolean isInner(Class<?> type) {
        return !type.isRecord()
                && !type.isEnum()
                && (type.isLocalClass()
                        || type.isAnonymousClass()
                        || (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())));
    }

    private static Finding finding(Type type, String problem) {
        return new Finding(DeploymentError.PAYLOAD_TYPE, "takes " + type.getTypeName() + ", which " + problem);
    }
}
