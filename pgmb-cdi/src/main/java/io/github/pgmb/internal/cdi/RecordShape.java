package io.github.pgmb.internal.cdi;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a record is taken apart and built; immutable. */
record RecordShape(List<Component> components, Constructor<?> constructor) {

    /** @param member the name of the JSON member */
    record Component(String member, Type type, Method accessor) {

        @Nullable
        Object of(Object instance) {
            return call(() -> accessor.invoke(instance));
        }
    }

    /** A reflective call. */
    private interface Reflection {
        @Nullable
        Object call() throws ReflectiveOperationException;
    }

    /** Of a record class, or of a parameterized one: then with the arguments in place of its variables. */
    static RecordShape of(Type declared) {
        var type = TypeBindings.raw(declared);
        var bindings = TypeBindings.of(declared);
        var components = type.getRecordComponents();
        var parameters = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return new RecordShape(
                    Arrays.stream(components)
                            .map(component -> component(component, bindings))
                            .toList(),
                    constructor);
        } catch (NoSuchMethodException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** @throws RuntimeException what the constructor throws */
    Object build(@Nullable Object[] arguments) {
        var built = call(() -> constructor.newInstance(arguments));
        return java.util.Objects.requireNonNull(built);
    }

    private static Component component(RecordComponent component, TypeBindings bindings) {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        return new Component(Records.memberName(component), bindings.resolve(component.getGenericType()), accessor);
    }

    private static @Nullable Object call(Reflection reflection) {
        try {
            return reflection.call();
        } catch (InvocationTargetException thrown) {
            throw unwrapped(thrown);
        } catch (ReflectiveOperationException inaccessible) {
            throw new IllegalStateException(inaccessible);
        }
    }

    private static RuntimeException unwrapped(InvocationTargetException thrown) {
        if (thrown.getCause() instanceof Error error) {
            throw error;
        }
        return thrown.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(thrown.getCause());
    }
}
