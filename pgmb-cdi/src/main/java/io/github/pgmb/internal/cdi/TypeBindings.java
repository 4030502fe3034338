package io.github.pgmb.internal.cdi;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the type variables of a type and of its supertypes stand for. */
record TypeBindings(Map<TypeVariable<?>, Type> variables) {

    static TypeBindings of(Type type) {
        var variables = new HashMap<TypeVariable<?>, Type>();
        collect(type, variables);
        return new TypeBindings(variables);
    }

    /** The class of a type without its arguments; of a wildcard or variable that of its first bound. */
    static Class<?> raw(Type type) {
        if (type instanceof ParameterizedType parameterized) {
            return (Class<?>) parameterized.getRawType();
        }
        if (type instanceof GenericArrayType array) {
            return raw(array.getGenericComponentType()).arrayType();
        }
        if (type instanceof WildcardType wildcard) {
            return raw(wildcard.getUpperBounds()[0]);
        }
        return type instanceof TypeVariable<?> variable ? raw(variable.getBounds()[0]) : (Class<?>) type;
    }

    /** What {@code type} has as the argument of its supertype {@code generic}; empty if that is raw. */
    static Optional<Type> argument(Type type, Class<?> generic, int index) {
        var variable = generic.getTypeParameters()[index];
        return Optional.ofNullable(of(type).variables.get(variable)).map(TypeBindings::upperBound);
    }

    static Type upperBound(Type type) {
        return type instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : type;
    }

    /** Replaces type variables; those that are not bound remain. */
    Type resolve(Type type) {
        if (type instanceof TypeVariable<?> variable) {
            return variables.getOrDefault(variable, variable);
        }
        if (type instanceof ParameterizedType parameterized) {
            return new Parameterized(
                    (Class<?>) parameterized.getRawType(), resolveAll(parameterized.getActualTypeArguments()));
        }
        if (type instanceof GenericArrayType array) {
            return arrayOf(resolve(array.getGenericComponentType()));
        }
        return type instanceof WildcardType wildcard ? resolveWildcard(wildcard) : type;
    }

    /** Only the bound matters to whoever reads into it; an unbounded wildcard remains recognisable. */
    private Type resolveWildcard(WildcardType wildcard) {
        var bound = wildcard.getUpperBounds()[0];
        return bound == Object.class ? wildcard : resolve(bound);
    }

    private List<Type> resolveAll(Type[] types) {
        return Arrays.stream(types).map(this::resolve).toList();
    }

    private static Type arrayOf(Type component) {
        return component instanceof Class<?> type ? type.arrayType() : new GenericArray(component);
    }

    private static void collect(Type type, Map<TypeVariable<?>, Type> variables) {
        var raw = raw(type);
        if (type instanceof ParameterizedType parameterized) {
            bind(raw.getTypeParameters(), parameterized.getActualTypeArguments(), variables);
        }
        var resolved = new TypeBindings(variables);
        if (raw.getGenericSuperclass() != null) {
            collect(resolved.resolve(raw.getGenericSuperclass()), variables);
        }
        for (var parent : raw.getGenericInterfaces()) {
            collect(resolved.resolve(parent), variables);
        }
    }

    private static void bind(TypeVariable<?>[] parameters, Type[] arguments, Map<TypeVariable<?>, Type> variables) {
        for (var i = 0; i < parameters.length; i++) {
            if (arguments[i] != parameters[i]) {
                variables.put(parameters[i], arguments[i]);
            }
        }
    }

    private record Parameterized(Class<?> raw, List<Type> arguments) implements ParameterizedType {

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.toArray(Type[]::new);
        }

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        @SuppressWarnings("NullAway") // the interface allows it for a top-level type, but is not annotated so
        public Type getOwnerType() {
            return raw.getDeclaringClass();
        }

        @Override
        public String getTypeName() {
            return raw.getName() + arguments.stream().map(Type::getTypeName).toList();
        }
    }

    private record GenericArray(Type getGenericComponentType) implements GenericArrayType {

        @Override
        public Type getGenericComponentType() {
            return getGenericComponentType;
        }
    }
}
